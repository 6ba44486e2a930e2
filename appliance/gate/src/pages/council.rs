//! What the pages say of the council: its name, its colour, whom to ring. It
//! comes from `firebox.toml`, so a council needs no build of its own.

use std::fmt::Write;

use firebox_protocol::{Settings, settings};

/// The council, as its pages show it.
pub(crate) struct Council {
    /// Its name.
    pub(super) name: String,
    /// Whether the data is invented.
    pub(super) demo: bool,
    /// Whom to ring when the box cannot answer, as people read it aloud.
    pub(super) duty_line: String,
    /// The other numbers, and the colour.
    pub(super) pages: settings::Pages,
    /// The services that send data, in the order they are shown.
    pub(super) services: Vec<Service>,
    /// The colours as a stylesheet.
    pub(super) colours: Colours,
}

/// A service that sends data.
pub(super) struct Service {
    /// Its code.
    pub(super) id: String,
    /// Its visible name.
    pub(super) name: String,
    /// Its number, as people read it aloud.
    pub(super) phone: String,
}

/// The council's colours as a stylesheet whose name holds its hash.
pub(super) struct Colours {
    /// Where it is served.
    pub(super) path: String,
    /// Its text.
    pub(super) css: String,
}

impl Council {
    /// Takes what the pages need of the settings.
    pub(crate) fn of(settings: &Settings) -> Self {
        let services = settings.services.iter().map(|service| Service {
            id: service.id.clone(),
            name: service.name.clone(),
            phone: service.phone.spoken(),
        });
        Self {
            name: settings.council.clone(),
            demo: settings.demo,
            duty_line: settings.duty_line.spoken(),
            services: services.collect(),
            colours: Colours::of(&settings.pages),
            pages: settings.pages.clone(),
        }
    }
}

impl Colours {
    fn of(pages: &settings::Pages) -> Self {
        let css = format!(
            ":root{{--govuk-brand-colour:{}}}\n",
            pages.brand_colour.css()
        );
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, css.as_bytes());
        let mut path = "/static/colours-".to_owned();
        for byte in digest.as_ref().iter().take(5) {
            let _ = write!(path, "{byte:02x}");
        }
        path.push_str(".css");
        Self { path, css }
    }
}
