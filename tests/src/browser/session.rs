//! What a new window is asked to be, in the driver's terms.

use std::path::Path;

use serde_json::{Value, json};

use super::Options;

const CHROMIUM: &str = "/usr/bin/chromium";

/// Nothing calls home, and nothing needs a screen. Without a sandbox, because
/// tests run as root in containers too, and the only pages are our own.
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1366,768",
];

/// Chromium's content setting for "blocked".
const BLOCKED: u8 = 2;

/// Describes the window to the driver.
pub(super) fn capabilities(home: &Path, options: &Options) -> Value {
    let mut chrome = json!({
        "binary": CHROMIUM,
        "args": arguments(home, options),
        "prefs": preferences(options),
        "perfLoggingPrefs": {"enableNetwork": true, "enablePage": false},
    });
    if options.phone {
        // With a touch screen and without scripts the driver waits for ever after a press.
        let touch = options.javascript;
        chrome["mobileEmulation"] = json!({
            "deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2, "touch": touch},
            "clientHints": {"platform": "Android", "mobile": true},
        });
    }
    json!({
        "goog:chromeOptions": chrome,
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        "timeouts": {"pageLoad": 60_000, "script": 60_000, "implicit": 0},
    })
}

fn arguments(home: &Path, options: &Options) -> Vec<String> {
    let mut arguments: Vec<String> = ARGUMENTS.iter().map(|&one| one.to_owned()).collect();
    let profile = home.join("profile");
    arguments.push(format!("--user-data-dir={}", profile.display()));
    if !options.names.is_empty() {
        let rules = options.names.iter().map(|n| format!("MAP {n} 127.0.0.1"));
        let rules = rules.collect::<Vec<_>>().join(", ");
        arguments.push(format!("--host-resolver-rules={rules}"));
    }
    arguments
}

/// No bubble about passwords stands in a journey's way.
fn preferences(options: &Options) -> Value {
    let mut preferences = json!({
        "credentials_enable_service": false,
        "profile.password_manager_enabled": false,
        "profile.password_manager_leak_detection": false,
    });
    if !options.javascript {
        preferences["profile.managed_default_content_settings.javascript"] = json!(BLOCKED);
    }
    preferences
}
