//! Another site, such as the telephone system's: its links and its forms lead here.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

/// A page on a server of its own; 127.0.0.1 is another site than localhost.
pub(super) struct Elsewhere {
    port: u16,
}

impl Elsewhere {
    /// Serves this, whatever is asked for.
    pub(super) fn serves(body: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>{body}"
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let page = page.clone();
                std::thread::spawn(move || answers(stream, &page));
            }
        });
        Self { port }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// A browser opens connections that it may never use.
fn answers(mut stream: TcpStream, page: &str) {
    let mut asked = [0; 4096];
    if matches!(stream.read(&mut asked), Ok(1..)) {
        let length = page.len();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8";
        let _ = write!(
            stream,
            "{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
        );
    }
}
