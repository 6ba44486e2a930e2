//! The window's size, what it is shown on, and the line it hangs on.

use serde_json::json;

use super::Browser;

/// What the browser takes for any speed.
const NO_LIMIT: f64 = -1.0;

/// How the page is shown.
#[derive(Clone, Copy, Debug)]
pub enum Media {
    Screen,
    Print,
    /// The operating system's colours in place of the page's.
    ForcedColours,
    ReducedMotion,
}

impl Browser {
    /// Makes the page this many CSS pixels wide and high.
    pub fn resizes(&self, width: u32, height: u32) {
        let wanted = json!({"width": width, "height": height, "deviceScaleFactor": 0,
            "mobile": self.options.phone});
        self.driver
            .debug("Emulation.setDeviceMetricsOverride", wanted);
    }

    /// Shows the page as it would be seen there.
    pub fn emulates_media(&self, media: Media) {
        let (media, feature) = match media {
            Media::Screen => ("", None),
            Media::Print => ("print", None),
            Media::ForcedColours => ("", Some(("forced-colors", "active"))),
            Media::ReducedMotion => ("", Some(("prefers-reduced-motion", "reduce"))),
        };
        let feature = feature.map(|(name, value)| json!({"name": name, "value": value}));
        let features: Vec<_> = feature.into_iter().collect();
        let wanted = json!({"media": media, "features": features});
        self.driver.debug("Emulation.setEmulatedMedia", wanted);
    }

    /// Lays styles of the test over the page's, for instance wider text spacing.
    #[track_caller]
    pub fn restyles(&self, css: &str) {
        let script = "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]);
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];";
        self.script(script, &[json!(css)]);
    }

    /// Gives how wide the window is, in CSS pixels.
    pub fn inner_width(&self) -> u64 {
        self.pixels("return window.innerWidth")
    }

    /// Gives how wide the page is; wider than the window means sideways scrolling.
    pub fn scroll_width(&self) -> u64 {
        self.pixels("return document.documentElement.scrollWidth")
    }

    /// Gives how high the window is.
    pub fn inner_height(&self) -> u64 {
        self.pixels("return window.innerHeight")
    }

    /// Gives where the lower edge of the first element that this CSS selects lies
    /// on the page.
    #[track_caller]
    pub fn bottom_of(&self, css: &str) -> u64 {
        let script = "return Math.ceil(document.querySelector(arguments[0])
            .getBoundingClientRect().bottom + window.scrollY)";
        self.script(script, &[json!(css)]).as_u64().unwrap()
    }

    /// Hangs the browser on a line of this many kbit/s each way, this late.
    pub fn slow_network(&self, kilobits_per_second: u32, late_milliseconds: u32) {
        let bytes_per_second = f64::from(kilobits_per_second) * 1000.0 / 8.0;
        self.hangs_on(late_milliseconds, bytes_per_second);
    }

    /// Hangs the browser on the machine's own line again.
    pub fn full_network(&self) {
        self.hangs_on(0, NO_LIMIT);
    }

    fn hangs_on(&self, late_milliseconds: u32, bytes_per_second: f64) {
        self.driver.debug("Network.enable", json!({}));
        let line = json!({"offline": false, "latency": late_milliseconds,
            "downloadThroughput": bytes_per_second, "uploadThroughput": bytes_per_second});
        self.driver.debug("Network.emulateNetworkConditions", line);
    }

    fn pixels(&self, script: &str) -> u64 {
        self.script(script, &[]).as_u64().unwrap()
    }
}
