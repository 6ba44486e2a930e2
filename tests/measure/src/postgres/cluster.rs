//! A private PostgreSQL cluster: in the temp folder, on loopback, with TLS and
//! pgaudit, stopped when it is dropped. It syncs every commit, as it ships.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::install::PROGRAMS;
use crate::program::{Program, command_line};
use crate::shape::Shape;
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

/// First UPRN of its properties.
pub(super) const FIRST_UPRN: u64 = crate::floor::FIRST_UPRN;
/// Different notes; each is decrypted anew every time.
const NOTES: u32 = 1_000;
/// The passphrase of the notes that are encrypted with one.
pub(super) const PASSPHRASE: &str = "a passphrase for measuring";
/// The database's superuser; there is no other.
const USER: &str = "measure";
/// The user of this machine PostgreSQL runs as when we are root, which it refuses to be.
const RUNS_AS: &str = "postgres";
/// How the process of a client's connection calls itself.
const CONNECTION: &str = "postgres: measure postgres 127.0.0.1(";
/// How long it may take until it answers.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// Key pair of the notes: RSA, because pgcrypto knows no curves; 3072 bits are
/// reckoned as strong as X25519.
const KEY_PAIR: &str = "%no-protection\nKey-Type: RSA\nKey-Length: 3072\nKey-Usage: sign\n\
    Subkey-Type: RSA\nSubkey-Length: 3072\nSubkey-Usage: encrypt\nName-Real: measure\nExpire-Date: 0\n%commit\n";

/// A running cluster.
pub(super) struct Cluster {
    dir: PathBuf,
    port: u16,
    server: Program,
}

impl Cluster {
    /// Makes and starts it, and fills it with so many properties.
    pub(super) fn start(dir: &Path, properties: u32, shape: &Shape) -> Result<Self, Unmeasured> {
        let owner = owner()?;
        if let Some((user, group)) = owner {
            chown(dir, Some(user), Some(group)).because("the cluster's folder")?;
        }
        let data = dir.join("data");
        let mut initdb = as_owner(owner, "initdb", dir);
        initdb.arg("-D").arg(&data).args([
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]);
        finish(initdb, "")?;
        write_certificate(&data, owner)?;
        let hosts = "hostssl all all 127.0.0.1/32 trust\n";
        fs::write(data.join("pg_hba.conf"), hosts).because("pg_hba.conf")?;
        let port = free_port()?;
        let mut server = as_owner(owner, "postgres", dir);
        server.arg("-D").arg(&data);
        for setting in settings(port) {
            server.arg("-c").arg(setting);
        }
        let said = fs::File::create(dir.join("said")).because("the cluster's folder")?;
        let server = Program::start(
            server
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(said),
        )?;
        let cluster = Self {
            dir: dir.to_owned(),
            port,
            server,
        };
        cluster.wait_until_ready()?;
        cluster.fill(properties, shape)?;
        Ok(cluster)
    }

    /// Gives versions and settings that matter.
    pub(super) fn version(&self) -> Result<String, Unmeasured> {
        let query = "SELECT format('PostgreSQL %s, pgcrypto %s, pgaudit %s (log = %s), synchronous_commit = %s, fsync = %s; TLS: %s, %s', \
            current_setting('server_version'), c.extversion, a.extversion, current_setting('pgaudit.log'), \
            current_setting('synchronous_commit'), current_setting('fsync'), s.version, s.cipher) \
            FROM pg_extension c, pg_extension a, pg_stat_ssl s \
            WHERE c.extname = 'pgcrypto' AND a.extname = 'pgaudit' AND s.pid = pg_backend_pid()";
        let version = finish(self.client("psql"), query)?;
        Ok(format!(
            "{}; pgbench with prepared statements, no HTTP, autovacuum off, a checkpoint after each row",
            version.trim()
        ))
    }

    /// A client program that connects here, TLS required.
    pub(super) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(Path::new(PROGRAMS).join(program));
        command
            .current_dir(&self.dir)
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string());
        command
            .env("PGUSER", USER)
            .env("PGDATABASE", "postgres")
            .env("PGSSLMODE", "require");
        if program == "psql" {
            command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
        }
        command
    }

    /// Its processes as they are now, those of connections included.
    pub(super) fn processes(&self) -> Vec<u32> {
        let mut all = self.server.children();
        all.push(self.server.id());
        all
    }

    /// How many clients are connected.
    pub(super) fn clients(&self) -> usize {
        let all = self.server.children().into_iter();
        all.filter(|id| command_line(*id).starts_with(CONNECTION))
            .count()
    }

    /// Waits until all clients are gone, and brings what was written into the
    /// tables' files: both would be work while others are measured.
    pub(super) async fn settle(&self, within: Duration) -> Result<(), Unmeasured> {
        let deadline = Instant::now() + within;
        while self.clients() > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        finish(self.client("psql"), "CHECKPOINT").map(|_| ())
    }

    /// Its folder.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn wait_until_ready(&self) -> Result<(), Unmeasured> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            match finish(self.client("psql"), "SELECT 1") {
                Ok(_) => return Ok(()),
                Err(why) if Instant::now() > deadline => {
                    let said = fs::read_to_string(self.dir.join("said")).unwrap_or_default();
                    return Err(Unmeasured(format!(
                        "{why}; the server said: {}",
                        said.trim()
                    )));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    fn fill(&self, properties: u32, shape: &Shape) -> Result<(), Unmeasured> {
        let (public, secret) = key_pair(&self.dir)?;
        let Shape {
            properties_a_flag,
            plain_bytes,
            flagged_bytes,
            detail_bytes,
            ..
        } = shape;
        // Prepared before pgaudit logs parameters: the key does not belong into a log.
        let schema = format!(
            "SET pgaudit.log = 'none';
             CREATE EXTENSION pgcrypto; CREATE EXTENSION pgaudit;
             CREATE TABLE property (uprn bigint PRIMARY KEY, flags text NOT NULL, note bigint NOT NULL);
             INSERT INTO property SELECT {FIRST_UPRN} + n,
                 repeat('f', CASE n % {properties_a_flag} WHEN 0 THEN {flagged_bytes} ELSE {plain_bytes} END),
                 n % {NOTES} FROM generate_series(0, {properties} - 1) n;
             CREATE TABLE secret (key bytea NOT NULL);
             INSERT INTO secret VALUES (dearmor('{secret}'));
             CREATE TABLE note (id bigint PRIMARY KEY, public bytea NOT NULL, passphrase bytea NOT NULL);
             INSERT INTO note SELECT n, pgp_pub_encrypt(repeat('n', {detail_bytes}), dearmor('{public}')),
                 pgp_sym_encrypt(repeat('n', {detail_bytes}), '{PASSPHRASE}') FROM generate_series(0, {NOTES} - 1) n;
             CREATE TABLE access (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
                 person text NOT NULL, purpose text NOT NULL, reference text NOT NULL, reason text NOT NULL, uprn bigint NOT NULL);
             VACUUM ANALYZE; CHECKPOINT;"
        );
        finish(self.client("psql"), &schema).map(|_| ())
    }
}

fn settings(port: u16) -> [String; 14] {
    [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "max_connections=600".to_owned(),
        "shared_buffers=512MB".to_owned(),
        "ssl=on".to_owned(),
        "ssl_min_protocol_version=TLSv1.3".to_owned(),
        "synchronous_commit=on".to_owned(),
        "fsync=on".to_owned(),
        // It would work while others are measured.
        "autovacuum=off".to_owned(),
        "shared_preload_libraries=pgaudit".to_owned(),
        "pgaudit.log=read,write".to_owned(),
        // Without them nobody learns who was looked up.
        "pgaudit.log_parameter=on".to_owned(),
        "logging_collector=on".to_owned(),
    ]
}

/// Finds whom to run as: none when we may run it as ourselves.
fn owner() -> Result<Option<(u32, u32)>, Unmeasured> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").because("/etc/passwd")?;
    let line = users
        .lines()
        .find_map(|line| line.strip_prefix(RUNS_AS)?.strip_prefix(':'));
    let mut ids = line
        .because("there is no user `postgres`")?
        .split(':')
        .skip(1);
    let mut id = || ids.next()?.parse().ok();
    Ok(Some((
        id().because("the user `postgres`")?,
        id().because("the user `postgres`")?,
    )))
}

/// A program of the server, run by its owner and not by root.
fn as_owner(owner: Option<(u32, u32)>, program: &str, dir: &Path) -> Command {
    let mut command = Command::new(Path::new(PROGRAMS).join(program));
    command.current_dir(dir);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn write_certificate(data: &Path, owner: Option<(u32, u32)>) -> Result<(), Unmeasured> {
    let (certificate, key) = tls::certificate()?;
    for (name, text) in [("server.crt", certificate), ("server.key", key)] {
        let path = data.join(name);
        fs::write(&path, text)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)))
            .and_then(|()| {
                owner.map_or(Ok(()), |(user, group)| {
                    chown(&path, Some(user), Some(group))
                })
            })
            .because("the cluster's certificate")?;
    }
    Ok(())
}

/// Makes the notes' key pair with gpg, in a folder of its own; ASCII armour.
fn key_pair(dir: &Path) -> Result<(String, String), Unmeasured> {
    let home = dir.join("gpg");
    fs::create_dir(&home).because("gpg's folder")?;
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).because("gpg's folder")?;
    let gpg = |arguments: &[&str], input: &str| {
        let mut command = Command::new("gpg");
        command
            .arg("--homedir")
            .arg(&home)
            .args(["--batch", "--quiet"])
            .args(arguments);
        finish(command, input)
    };
    gpg(&["--gen-key"], KEY_PAIR)?;
    let pair = (
        gpg(&["--armor", "--export"], "")?,
        gpg(&["--armor", "--export-secret-keys"], "")?,
    );
    let mut end = Command::new("gpgconf");
    end.arg("--homedir").arg(&home).args(["--kill", "all"]);
    finish(end, "")?;
    Ok(pair)
}

fn free_port() -> Result<u16, Unmeasured> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).because("no port")?;
    Ok(listener.local_addr().because("no port")?.port())
}

/// Runs a program to its end with this input, and gives what it printed.
pub(super) fn finish(mut command: Command, input: &str) -> Result<String, Unmeasured> {
    let name = Path::new(command.get_program()).display().to_string();
    let failed = format!("{name} failed");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().because(&failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that reads no input says by its exit code how it went.
        let _ = pipe.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().because(&failed)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Unmeasured(format!(
        "{failed}: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}
