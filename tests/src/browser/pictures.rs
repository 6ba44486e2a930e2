//! Pictures of the page, as PNG.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Gives what is in the window.
    pub fn screenshot(&self) -> Vec<u8> {
        bytes(&self.driver.get("/screenshot"))
    }

    /// Gives the whole page, also what lies below the window.
    pub fn full_page_png(&self) -> Vec<u8> {
        let size = self.driver.debug("Page.getLayoutMetrics", json!({}));
        let size = &size["cssContentSize"];
        let clip = json!({"x": 0, "y": 0, "scale": 1,
            "width": size["width"], "height": size["height"]});
        let wanted = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        bytes(&self.driver.debug("Page.captureScreenshot", wanted)["data"])
    }
}

/// Takes bytes out of an answer of the driver.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}
