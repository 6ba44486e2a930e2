//! The frame of every page: the whole document round a page's content, in the
//! same order everywhere.
//!
//! skip link -> demo banner -> navigation -> what is not normal -> back ->
//! error summary -> content -> footer

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use firebox_protocol::Wiped;
use flate2::Compression;
use flate2::write::GzEncoder;
use maud::{DOCTYPE, Markup, html};

use super::council::Council;
use super::form;
use super::page::{Page, Printing, SEALED_HERE};
use super::visitor::Visitor;
use crate::components::{
    Current, ServiceLink, ServiceNavigation, back_link, phase_banner, skip_link,
};
use crate::headers::Sort;
use crate::rooms::Words;

/// What the service is called, after the council's name.
const SERVICE: &str = "Digital firebox";
/// How long before its end a session's end is announced, in seconds: more than
/// the two minutes that people need, less than the shortest session.
const WARN_SECONDS: u32 = 180;

/// What a document is made with.
pub(super) struct Document<'a> {
    /// The council.
    pub(super) council: &'a Council,
    /// What makes the tokens of forms.
    pub(super) words: &'a Words,
    /// Who looks.
    pub(super) visitor: Option<&'a Visitor>,
    /// The page's path, so that the navigation shows where one is.
    pub(super) path: &'a str,
    /// Whether the browser takes gzip.
    pub(super) takes_gzip: bool,
}

impl Document<'_> {
    /// Writes a page, framed, into its response.
    pub(super) fn written(&self, page: &Page, mut response: Response) -> Response {
        let text = self.document(page).into_string();
        let zipped = self.zipped(page, &text);
        let is_zipped = zipped.is_some();
        *response.body_mut() = match (&page.sealed, zipped) {
            (Some(sealed), _) => Body::from(Bytes::from_owner(joined(&text, sealed))),
            (None, Some(zipped)) => Body::from(zipped),
            (None, None) => Body::from(text),
        };
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, html);
        if is_zipped {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some((seconds, to)) = &page.refresh
            && let Ok(value) = HeaderValue::from_str(&format!("{seconds};url={to}"))
        {
            headers.insert(header::REFRESH, value);
        }
        response.extensions_mut().insert(Sort::Page);
        response
    }

    /// Compresses a page for a slow line. Never what was sealed, whose copies
    /// would not be wiped, nor what another site has a hand in.
    fn zipped(&self, page: &Page, text: &str) -> Option<Vec<u8>> {
        if !self.takes_gzip || page.sealed.is_some() || page.from_elsewhere {
            return None;
        }
        let mut to = GzEncoder::new(Vec::with_capacity(text.len() / 2), Compression::fast());
        to.write_all(text.as_bytes()).ok()?;
        to.finish().ok()
    }

    /// The token of this session's forms; empty for nobody.
    pub(super) fn token(&self) -> String {
        let session = self.visitor.map(Visitor::session);
        let token = session.and_then(|session| form::token(&self.words.handles, session).ok());
        token.unwrap_or_default()
    }

    fn document(&self, page: &Page) -> Markup {
        let token = self.token();
        html! {
            (DOCTYPE)
            html lang="en" class="govuk-template" {
                (self.head(page))
                body class="govuk-template__body"
                    data-csrf=[self.visitor.map(|_| &token)]
                    data-session-idle-seconds=[self.visitor.map(Visitor::idle_seconds)]
                    data-session-warn-seconds=[self.visitor.map(|_| WARN_SECONDS)] {
                    script src=(firebox_assets::SCRIPT_ON) {}
                    (skip_link("#main-content", "Skip to main content"))
                    (self.top(&token))
                    @if let Some(notice) = &page.notice {
                        div class="fbx-status" role="status" { p class="govuk-body" { (notice) } }
                    }
                    div class="govuk-width-container fbx-frame" {
                        @if let Some((text, to)) = &page.back {
                            nav aria-label="Back" { (back_link(text, to)) }
                        }
                        main class="govuk-main-wrapper" id="main-content" {
                            (page.errors.summary())
                            (printed(page))
                        }
                    }
                    (footer())
                    @if self.visitor.is_some() { (timeout(&token)) }
                    script type="module" src=(firebox_assets::SCRIPT) {}
                }
            }
        }
    }

    fn head(&self, page: &Page) -> Markup {
        let error = if page.errors.is_empty() {
            ""
        } else {
            "Error: "
        };
        html! {
            head {
                meta charset="utf-8";
                title { (error) (page.title) " – " (SERVICE) " – " (self.council.name) }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="theme-color" content=(self.council.pages.brand_colour.css());
                meta name="robots" content="noindex, nofollow";
                meta name="format-detection" content="telephone=no";
                link rel="icon" href=(firebox_assets::ICON) type="image/svg+xml";
                link rel="stylesheet" href=(firebox_assets::STYLES);
                link rel="stylesheet" href=(self.council.colours.path);
                link rel="stylesheet" href=(firebox_assets::APP_STYLES);
            }
        }
    }

    fn top(&self, token: &str) -> Markup {
        let service = format!("{}: {SERVICE}", self.council.name);
        let links = self.visitor.map(|visitor| links(visitor, self.path));
        let navigation = ServiceNavigation {
            service: &service,
            home: Some("/"),
            links: links.as_deref().unwrap_or_default(),
            sign_out: self.visitor.map(|_| sign_out(token)),
        };
        html! {
            header class="fbx-screen-only" {
                (navigation.render())
                @if self.council.demo { (demo_banner()) }
            }
        }
    }
}

/// Ends the session: a form, since it changes something.
fn sign_out(token: &str) -> Markup {
    html! {
        form class="fbx-inline-form" method="post" action="/sign-out" novalidate {
            (form::field(token))
            button class="govuk-service-navigation__link fbx-link-button" type="submit" { "Sign out" }
        }
    }
}

/// The pages of the roles held, in one order for everybody.
fn links(visitor: &Visitor, path: &str) -> Vec<ServiceLink<'static>> {
    let all = [
        ("officer", "Check an address", "/check"),
        ("officer", "Visits", "/visits"),
        ("adviser", "Find a caller", "/find"),
        ("service-admin", "Sources", "/admin/sources"),
        ("reviewer", "Sources", "/admin/sources"),
    ];
    let mut links: Vec<ServiceLink<'static>> = Vec::new();
    for (role, words, href) in all {
        if visitor.is(role) && !links.iter().any(|link| link.href == href) {
            let current = current(path, href);
            links.push(ServiceLink {
                words,
                href,
                current,
            });
        }
    }
    links
}

fn current(path: &str, href: &str) -> Current {
    match path.strip_prefix(href) {
        Some("") => Current::Page,
        Some(further) if further.starts_with('/') => Current::Section,
        _ => Current::No,
    }
}

fn demo_banner() -> Markup {
    let said =
        html! { "Everything here is invented: the council, its people and their addresses." };
    phase_banner("Demo", said)
}

/// What may not be printed says so on paper; on the screen nothing differs.
fn printed(page: &Page) -> Markup {
    let said = match page.printing {
        Printing::Whole => return page.content.clone(),
        Printing::Never => "This page cannot be printed.",
        Printing::NeverANote => "This note cannot be printed.",
    };
    html! {
        p class="govuk-body fbx-no-print-message" { (said) }
        div class="fbx-screen-only" { (page.content) }
    }
}

fn footer() -> Markup {
    html! {
        footer class="govuk-footer fbx-screen-only" {
            div class="govuk-width-container" {
                h2 class="govuk-visually-hidden" { "Support links" }
                ul class="govuk-footer__inline-list" {
                    @for (text, href) in [
                        ("Help with this service", "/help"),
                        ("Accessibility statement", "/accessibility"),
                        ("How we record what you look at", "/privacy"),
                    ] {
                        li class="govuk-footer__inline-list-item" {
                            a class="govuk-footer__link" href=(href) { (text) }
                        }
                    }
                }
            }
        }
    }
}

/// Asked by the script shortly before the session ends; without scripts any
/// request keeps it.
fn timeout(token: &str) -> Markup {
    html! {
        dialog id="timeout" class="fbx-timeout" aria-labelledby="timeout-title" {
            h2 id="timeout-title" class="govuk-heading-m" { "You will be signed out soon" }
            p class="govuk-body" {
                "To protect the people in these records, you will be signed out in "
                span data-minutes { "2 minutes" }
                ". What you have typed will be lost."
            }
            p class="govuk-body" data-stay-failed hidden {
                "We could not keep you signed in. Try again."
            }
            button type="button" class="govuk-button" data-stay { "Stay signed in" }
            form class="fbx-inline-form" method="post" action="/sign-out" novalidate {
                (form::field(token))
                button class="fbx-link-button" type="submit" { "Sign out" }
            }
        }
    }
}

/// Puts sealed HTML into its place, in memory that is wiped and never moves.
fn joined(text: &str, sealed: &Wiped) -> Wiped {
    let (before, after) = text.split_once(SEALED_HERE).unwrap_or((text, ""));
    let mut bytes = Wiped::new(Vec::with_capacity(
        before.len() + sealed.len() + after.len(),
    ));
    bytes.extend_from_slice(before.as_bytes());
    bytes.extend_from_slice(sealed);
    bytes.extend_from_slice(after.as_bytes());
    bytes
}
