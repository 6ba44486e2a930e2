//! Getting to know a box.

use std::os::unix::fs::PermissionsExt;

use crate::harness::{Host, sound};

fn said(output: &std::process::Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_bundle_makes_keys_here_and_tells_the_box_only_their_public_halves() {
    let host = Host::with("caution-list");
    let identity = host.path("state/community-safety/identity.json");
    assert_eq!(
        std::fs::metadata(&identity).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let identity: serde_json::Value =
        serde_json::from_slice(&std::fs::read(identity).unwrap()).unwrap();
    let request = serde_json::to_string(&host.the_box.held().enrolled[0]).unwrap();
    for secret in ["signing_seed", "correction_identity", "memory_secret"] {
        assert!(
            !request.contains(identity[secret].as_str().unwrap()),
            "{secret}"
        );
    }
}

#[test]
fn the_same_bundle_again_changes_nothing_and_a_used_code_says_what_to_do() {
    let host = Host::with("caution-list");
    let before = std::fs::read(host.path("state/community-safety/identity.json")).unwrap();
    let again = host.enrol("community-safety", &["caution-list"], "code-1", 1);
    assert!(again.status.success() && said(&again).contains("already"));
    assert_eq!(
        std::fs::read(host.path("state/community-safety/identity.json")).unwrap(),
        before
    );

    host.the_box.held().used_codes.push("spent".to_owned());
    let used = host.enrol("community-safety", &["caution-list"], "spent", 2);
    assert_eq!(used.status.code(), Some(78));
    assert!(said(&used).contains("firebox agent add"), "{}", said(&used));
    assert_eq!(
        std::fs::read(host.path("state/community-safety/identity.json")).unwrap(),
        before
    );
}

#[test]
fn enrolled_anew_the_feed_begins_a_new_chain_and_sends_everything() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.the_box.held().sources.clear();
    assert!(
        host.enrol("community-safety", &["caution-list"], "code-2", 2)
            .status
            .success()
    );
    host.run(0);
    let (next, manifest) = host
        .the_box
        .of("caution-list", |s| (s.next, s.manifests[0].clone()));
    assert_eq!((next, manifest.full, manifest.records), (3, true, 3));
    assert_eq!(host.status()["feeds"][0]["epoch"], 2);
}

#[test]
fn a_feed_that_is_not_enrolled_says_what_to_do() {
    let host = Host::bare(&["caution-list"]);
    assert!(host.run(1).contains("firebox agent add"));
    assert!(
        host.enrol("community-safety", &["another-feed"], "c", 1)
            .status
            .success()
    );
    assert!(host.run(78).contains("not enrolled for this feed"));
}

#[test]
fn an_identity_others_may_read_is_refused() {
    let host = Host::with("caution-list");
    let identity = host.path("state/community-safety/identity.json");
    std::fs::set_permissions(identity, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(host.run(78).contains("chmod"));
}

#[test]
fn usage_and_configuration_have_their_own_exit_codes() {
    let host = Host::bare(&["caution-list"]);
    assert_eq!(host.agent(&["fly"]).status.code(), Some(64));
    assert_eq!(host.agent(&["plan", "nothing"]).status.code(), Some(64));
    assert_eq!(host.agent(&["--help"]).status.code(), Some(0));
    let source = host.path("sources.d/caution-list.toml");
    assert_eq!(
        host.agent(&["lint", source.to_str().unwrap()])
            .status
            .code(),
        Some(0)
    );
    std::fs::write(&source, "version = 1").unwrap();
    assert_eq!(
        host.agent(&["lint", source.to_str().unwrap()])
            .status
            .code(),
        Some(78)
    );
    assert_eq!(host.agent(&["run", "--once"]).status.code(), Some(78));
}
