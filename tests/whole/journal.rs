//! The journal when there is one: a real journald in a mount namespace of its
//! own, so that the machine's own journal is not touched.

use std::process::Command;

use firebox_tests::{Council, firebox_program};

const SCRIPT: &str = r#"
set -eu
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal
/lib/systemd/systemd-journald & journald=$!
for _ in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.05; done
JOURNAL_STREAM=1:1 "$FIREBOX" --config "$CONFIG" run >/dev/null 2>&1 & box=$!
for _ in $(seq 200); do
  journalctl --no-pager -D /run/log/journal -t firebox -o cat 2>/dev/null | grep -q 'keeper' && break
  sleep 0.1
done
kill -TERM $box; wait $box || true
journalctl --no-pager -D /run/log/journal -t firebox -o cat
kill $journald
"#;

#[test]
fn the_processes_log_to_the_journal_when_there_is_one() {
    let mut council = Council::open();
    assert_eq!(council.interrupt(), Some(0));
    let output = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "bash", "-c", SCRIPT])
        .env("FIREBOX", firebox_program())
        .env("CONFIG", council.config())
        .output()
        .unwrap();
    let journal = String::from_utf8_lossy(&output.stdout);
    assert!(
        journal.contains("keeper"),
        "{journal}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for name in ["olu.officer", "Mill Lane", "caution_list.csv"] {
        assert!(!journal.contains(name), "the journal names {name}");
    }
}
