//! Options of the parts around the content of a page.

use serde::Deserialize;
use serde_json::Value;

use super::{PlainWords, Rendered, Said, content, read, truthy};
use crate::components::{self as parts, Banner, Current, PageItem, Pagination};
use crate::components::{ServiceLink, ServiceNavigation};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneLink {
    text: String,
    href: String,
}

/// A link that the template completes when something is left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Completed {
    text: Option<String>,
    href: Option<String>,
}

pub(in super::super) fn skip_link(options: &Value) -> Rendered {
    let link: Completed = read(options)?;
    let text = link.text.ok_or("no words")?;
    let href = link.href.unwrap_or_else(|| "#content".to_owned());
    Ok(parts::skip_link(&href, &text))
}

pub(in super::super) fn back_link(options: &Value) -> Rendered {
    let link: Completed = read(options)?;
    let text = link.text.unwrap_or_else(|| "Back".to_owned());
    let href = link.href.unwrap_or_else(|| "#".to_owned());
    Ok(parts::back_link(&text, &href))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseBanner {
    tag: PlainWords,
    text: Option<Said>,
    html: Option<String>,
}

pub(in super::super) fn phase_banner(options: &Value) -> Rendered {
    let it: PhaseBanner = read(options)?;
    let said = content(it.text.as_ref(), it.html.as_deref());
    Ok(parts::phase_banner(&it.tag.text, said))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotificationBanner {
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<Said>,
    html: Option<String>,
}

pub(in super::super) fn notification_banner(options: &Value) -> Rendered {
    let it: NotificationBanner = read(options)?;
    let banner = match it.kind.as_deref() {
        None => Banner::Important,
        Some("success") => Banner::Success,
        Some(other) => return Err(format!("type {other}")),
    };
    let said = content(it.text.as_ref(), it.html.as_deref());
    Ok(parts::notification_banner(banner, said))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ErrorSummary {
    title_text: String,
    error_list: Vec<OneLink>,
}

/// Our summary takes the focus where no script runs. The package's does not:
/// what is added for that is taken out here before the comparison.
pub(in super::super) fn error_summary(options: &Value) -> Rendered {
    let it: ErrorSummary = read(options)?;
    if it.title_text != "There is a problem" {
        return Err("another title".to_owned());
    }
    let links: Vec<(&str, &str)> = it
        .error_list
        .iter()
        .map(|link| (link.text.as_str(), link.href.as_str()))
        .collect();
    let mut markup = parts::error_summary(&links);
    for added in [
        r#" tabindex="-1" autofocus aria-labelledby="error-summary-title""#,
        r#" id="error-summary-title""#,
    ] {
        assert!(markup.0.contains(added), "{}", markup.0);
        markup.0 = markup.0.replacen(added, "", 1);
    }
    Ok(markup)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Navigation {
    service_name: String,
    service_url: Option<String>,
    #[serde(deserialize_with = "truthy")]
    navigation: Vec<NavigationLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NavigationLink {
    text: String,
    href: String,
    #[serde(default)]
    current: bool,
    #[serde(default)]
    active: bool,
}

impl NavigationLink {
    fn ours(&self) -> ServiceLink<'_> {
        ServiceLink {
            words: &self.text,
            href: &self.href,
            current: match (self.current, self.active) {
                (true, _) => Current::Page,
                (false, true) => Current::Section,
                (false, false) => Current::No,
            },
        }
    }
}

pub(in super::super) fn service_navigation(options: &Value) -> Rendered {
    let it: Navigation = read(options)?;
    let links: Vec<ServiceLink<'_>> = it.navigation.iter().map(NavigationLink::ours).collect();
    let navigation = ServiceNavigation {
        service: &it.service_name,
        home: it.service_url.as_deref(),
        links: &links,
        ..ServiceNavigation::default()
    };
    Ok(navigation.render())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pages {
    previous: Option<PageLink>,
    next: Option<PageLink>,
    #[serde(deserialize_with = "truthy")]
    items: Vec<Numbered>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageLink {
    href: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Numbered {
    number: u32,
    href: String,
    current: bool,
    ellipsis: bool,
}

impl Numbered {
    fn ours(self) -> PageItem {
        if self.ellipsis {
            return PageItem::Gap;
        }
        PageItem::Page {
            number: self.number,
            href: self.href,
            current: self.current,
        }
    }
}

pub(in super::super) fn pagination(options: &Value) -> Rendered {
    let it: Pages = read(options)?;
    let pagination = Pagination {
        previous: it.previous.as_ref().map(|link| link.href.as_str()),
        next: it.next.as_ref().map(|link| link.href.as_str()),
        items: it.items.into_iter().map(Numbered::ours).collect(),
    };
    Ok(pagination.render())
}
