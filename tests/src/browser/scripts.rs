//! Scripts of the test's own, which see the page as the page's scripts do.

use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Runs a script (`return document.title`) and gives what it returns.
    ///
    /// Works where the page's own scripts are off, but nothing it leaves for
    /// later (timers, events) happens there.
    #[track_caller]
    pub fn script(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.driver.post("/execute/sync", &body)
    }

    /// Runs a script that calls its last argument with its result.
    #[track_caller]
    pub fn async_script(&self, script: &str, arguments: &[Value]) -> Value {
        assert!(self.runs_scripts(), "this browser runs nothing later");
        let body = json!({"script": script, "args": arguments});
        self.driver.post("/execute/async", &body)
    }
}
