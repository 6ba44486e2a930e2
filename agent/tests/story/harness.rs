//! An agent's host: settings, source files, a drop folder and the real binary.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::fake_box::FakeBox;

pub struct Host {
    folder: tempfile::TempDir,
    pub the_box: FakeBox,
}

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config");

/// Feeds and their services.
pub const FEEDS: [(&str, &str); 4] = [
    ("caution-list", "community-safety"),
    ("housing-properties", "housing"),
    ("housing-tenancies", "housing"),
    ("planning-enforcement", "planning-enforcement"),
];

/// A caution list of three rows.
pub const HEADER: &str = "Ref,UPRN,Door No,Street,Town,Postcode,Caution Type,Controls,Person,Decided By,Approved By,Start Date,Review Date,Incident Date,Incident Ref,Officer Contact,Contact Phone,Contact Hours,Out Of Hours,Sensitivity,Caution Description,Officer Notes";

/// One row of it.
pub fn row(number: u32, review: &str) -> String {
    format!(
        "CL-{number:05},1000000{number:05},{number},Canary Street,Northborough,NB1 4QX,Physical violence,\
         Visit in pairs;Ring ahead,Canary Person,A. Decider,B. Approver,01/03/2026,{review},20/02/2026,INC-{number},\
         Canary Desk,01632 960100,Mon to Fri,,Standard,\"Canary story of {number}, told at length\",Canary gossip"
    )
}

pub fn caution_list(rows: &[String]) -> String {
    format!("\u{feff}{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

/// Rows 1 to `count`, all in order.
pub fn sound(count: u32) -> Vec<String> {
    (1..=count)
        .map(|number| row(number, "01/08/2026"))
        .collect()
}

impl Host {
    /// A host that is enrolled for one feed.
    pub fn with(feed: &str) -> Self {
        let host = Self::bare(&[feed]);
        let (_, service) = FEEDS.iter().find(|(known, _)| *known == feed).unwrap();
        let enrolled = host.enrol(service, &[feed], "code-1", 1);
        assert!(enrolled.status.success(), "{enrolled:?}");
        host
    }

    /// A host with source files and no identity.
    pub fn bare(feeds: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = Self {
            folder,
            the_box: FakeBox::start(),
        };
        std::fs::create_dir(host.path("sources.d")).unwrap();
        std::fs::create_dir(host.path("drop")).unwrap();
        let settings = format!(
            "version = 1\nstate_folder = \"state\"\nsources_folder = \"sources.d\"\n\
             vocabulary_folder = \"{SHIPPED}/vocabulary\"\npoll_seconds = 1\ntest_identifiers = true\n"
        );
        std::fs::write(host.path("agent.toml"), settings).unwrap();
        for feed in feeds {
            host.source(feed, |text| text);
        }
        host
    }

    /// Writes a shipped source file, changed by `change`, for this host's folder.
    pub fn source(&self, feed: &str, change: impl FnOnce(String) -> String) {
        let text = std::fs::read_to_string(format!("{SHIPPED}/sources.d/{feed}.toml")).unwrap();
        let text = text
            .replace(&format!("path = \"drop/{feed}\""), "path = \"drop\"")
            .replace("settle = \"2m\"", "settle = \"0s\"")
            .replace("min_rows = 20 ", "min_rows = 1 ");
        std::fs::write(self.path(&format!("sources.d/{feed}.toml")), change(text)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Drops an export: written elsewhere, then renamed into place.
    pub fn drop_export(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let fresh = self.path("drop/fresh.part");
        std::fs::write(&fresh, bytes).unwrap();
        std::fs::rename(fresh, self.path("drop").join(name)).unwrap();
    }

    pub fn drop_rows(&self, rows: &[String]) {
        self.drop_export("caution_list.csv", caution_list(rows));
    }

    pub fn enrol(&self, service: &str, sources: &[&str], code: &str, epoch: u64) -> Output {
        let bundle = self.the_box.bundle(service, sources, code, epoch);
        let path = self.path("bundle.json");
        std::fs::write(&path, serde_json::to_vec(&bundle).unwrap()).unwrap();
        self.agent(&["enrol", path.to_str().unwrap()])
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firebox-agent"));
        command
            .arg("--config")
            .arg(self.path("agent.toml"))
            .args(arguments)
            .env_remove("JOURNAL_STREAM");
        command
    }

    pub fn agent(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs every feed once and gives exit code and standard output.
    #[track_caller]
    pub fn run(&self, expected: i32) -> String {
        let output = self.agent(&["run", "--once"]);
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    pub fn status(&self) -> serde_json::Value {
        let output = self.agent(&["status", "--json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every byte the agent keeps.
    pub fn kept(&self) -> Vec<u8> {
        fn collect(folder: &Path, bytes: &mut Vec<u8>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, bytes);
                } else {
                    bytes.extend(std::fs::read(path).unwrap());
                }
            }
        }
        let mut bytes = Vec::new();
        collect(&self.path("state"), &mut bytes);
        bytes
    }
}
