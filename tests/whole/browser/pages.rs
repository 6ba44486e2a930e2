//! The pages of the small site.

use super::site::{Asked, OURS};

/// Answers as a web server does, byte for byte.
pub fn answer(asked: &Asked) -> String {
    match asked.path.split('?').next().unwrap() {
        "/clean" => page(CLEAN, ""),
        "/faulty" => whole("<html><title>Faulty</title><body>", FAULTY, ""),
        "/scripted" => page(SCRIPTED, ""),
        "/wide" => page(WIDE, ""),
        "/long" => page(&LONG.replace("LINES", &"<p>One line.</p>".repeat(90)), ""),
        "/sign-in" => page(SIGN_IN, ""),
        "/said" => page(&said(&asked.body), ""),
        "/answer" => page(&said(&asked.cookie), ""),
        "/leave" => page(
            "<h1>Left</h1>",
            "Set-Cookie: strict=1; Secure; HttpOnly; SameSite=Strict\r\n\
             Set-Cookie: lax=1; Secure; HttpOnly; SameSite=Lax\r\n",
        ),
        "/link" => page(&link(asked.port), ""),
        "/pop" => redirect("/answer"),
        "/favicon.ico" => page("", ""),
        _ => redirect("/clean"),
    }
}

/// The control page that breaks no rule.
const CLEAN: &str = "
<h1>Ask to see it</h1>
<form method=post action=/said>
  <p><label for=name>Your name</label> <input id=name name=name></p>
  <fieldset><legend>Is it for a visit?</legend>
    <input type=radio id=visit name=visit value=yes><label for=visit>Yes</label>
    <input type=radio id=visit-2 name=visit value=no><label for=visit-2>No</label></fieldset>
  <fieldset><legend>Has it happened?</legend>
    <input type=radio id=past name=past value=yes><label for=past>Yes</label>
    <input type=radio id=past-2 name=past value=no><label for=past-2>No</label></fieldset>
  <fieldset><legend>When is it?</legend>
    <label for=day>Day</label> <input id=day name=day value=1></fieldset>
  <details><summary>I cannot send</summary><p>Phone the desk.</p></details>
  <button>Send<span class=hidden> the form</span></button>
</form>
<p><a href=/long>Read a long page</a></p>";

/// The control page that breaks many.
const FAULTY: &str = "<h1>Faults</h1><h3>Too deep</h3><img src=/favicon.ico>\
    <input name=unnamed><p style='color:#bbb;background:#fff'>Too pale to read.</p>\
    <a href=/clean></a>";

const SCRIPTED: &str = "<h1>Scripts</h1><p id=now>Off</p><p id=later></p><script>
    document.body.className = 'js-enabled';
    document.getElementById('now').textContent = 'On';
    setTimeout(() => { document.getElementById('later').textContent = 'It came later'; }, 100);
    console.error('something is wrong here');</script>";

const WIDE: &str = "<h1>Wide</h1><p style='width:600px'>It does not fit on a small phone.</p>";

const LONG: &str = "<style>
    footer { position: fixed; bottom: 0 }
    @media screen { footer { display: none } }
    @media (forced-colors: active) { h1 { letter-spacing: 5px } }</style>
    <h1>Long</h1>LINES<footer>Do not share or copy.</footer>";

const SIGN_IN: &str = "<h1>Sign in</h1><form method=post action=/said>
    <p><label for=person>Your name</label><input id=person name=person></p>
    <p><label for=password>Password</label><input id=password name=password type=password></p>
    <p><label for=code>Code from your app</label><input id=code name=code></p>
    <button>Sign in</button></form>";

fn said(what: &str) -> String {
    format!("<h1>You said</h1><p>[{what}]</p>")
}

fn link(port: u16) -> String {
    format!(
        "<h1>Telephone</h1><a href=https://{OURS}:{port}/answer>Straight</a> \
         <a href=https://{OURS}:{port}/pop?ani=1>Screen pop</a>"
    )
}

fn page(body: &str, headers: &str) -> String {
    let head = "<!doctype html><html lang=en><head><meta charset=utf-8>\
        <meta name=viewport content='width=device-width, initial-scale=1'>\
        <title>Trial page</title><style>.hidden { position: absolute; width: 1px; height: 1px; \
        overflow: hidden } button { min-height: 30px }</style></head><body>";
    whole(head, &format!("<main>{body}</main>"), headers)
}

fn whole(head: &str, body: &str, headers: &str) -> String {
    let html = format!("{head}{body}");
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         {headers}Referrer-Policy: unsafe-url\r\nConnection: close\r\n\r\n{html}",
        html.len()
    )
}

fn redirect(to: &str) -> String {
    format!(
        "HTTP/1.1 303 See Other\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}
