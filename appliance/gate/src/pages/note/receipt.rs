//! `GET /releases/{ref}/receipt`: who looked, why and when, to keep and to
//! print. Nothing that was sealed is on it, only the names of its fields.

use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};

use super::proof::{Body, Proof, grouped, read};
use super::{Release, until, words};
use crate::components::{Button, ButtonLook, Content, Press, SummaryRow, details, summary_list};
use crate::moment::Calendar;
use crate::pages::page::Page;
use crate::pages::parts::phone;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::{Kind, Problem};

/// Digits of an entry's hash that are seen at once.
const FIRST_DIGITS: usize = 16;

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    reference: ReleaseReference,
) -> Result<Page, Problem> {
    let known = room.release(&visitor, reference.text());
    let release = known.ok_or(Problem::new(Kind::NotFound))?;
    let receipt = Receipt {
        proof: read(&release.receipt),
        release: &release,
        person: visitor.person(),
        calendar: &room.words.calendar,
        now: Timestamp::now(),
    };
    let content = html! {
        div class="fbx-receipt" {
            h1 class="govuk-heading-l" { "Receipt " (release.reference) }
            p class="govuk-body" { "Keep this if you are asked why you looked." }
            (summary_list(&receipt.rows()))
            (print())
            (receipt.proved())
            (how_to_check(&room, &release))
            p class="govuk-body fbx-print-footer" { "Receipt " (release.reference) }
        }
    };
    Ok(Page::new("Receipt", content).back("Back to the note's release", release.path()))
}

fn print() -> Markup {
    let button = Button {
        content: "Print this receipt".into(),
        press: Press::Print,
        look: ButtonLook::Secondary,
        ..Button::default()
    };
    button.render()
}

struct Receipt<'a> {
    release: &'a Release,
    /// What the receipt itself says.
    proof: Option<Proof>,
    person: &'a str,
    calendar: &'a Calendar,
    now: Timestamp,
}

type Row = (&'static str, Content<'static>);

impl Receipt<'_> {
    fn rows(&self) -> Vec<SummaryRow<'static>> {
        let mut rows: Vec<Row> = vec![("Reference", self.release.reference.clone().into())];
        match &self.proof {
            Some(proof) => rows.extend(said(&proof.body)),
            None => rows.push(("Who", self.person.to_owned().into())),
        }
        rows.extend(self.times());
        let entry = self
            .proof
            .as_ref()
            .map_or(self.release.entry, |proof| proof.entry);
        rows.push(("Log entry", entry.to_string().into()));
        if let Some(proof) = &self.proof {
            rows.extend(in_the_log(proof));
        }
        rows.into_iter()
            .map(|(key, value)| SummaryRow::new(key, value))
            .collect()
    }

    fn times(&self) -> Vec<Row> {
        let release = self.release;
        let said = |then| self.calendar.said(then);
        let entered = self.proof.as_ref().map(|proof| proof.at);
        let again = self
            .proof
            .as_ref()
            .is_some_and(|proof| proof.body.first_entry.is_some());
        let mut rows: Vec<Row> = Vec::new();
        match release.released_at.or(entered) {
            Some(then) if again => rows.push(("Shown again", said(then).into())),
            Some(then) => rows.push(("Released", said(then).into())),
            None => {}
        }
        if !release.opened.is_empty() {
            let times: Vec<String> = release.opened.iter().map(|then| said(*then)).collect();
            rows.push((
                "Opened",
                html! { @for time in &times { (time) br; } }.into(),
            ));
        }
        let end = until(self.calendar, self.now, release.valid_until);
        let over = if release.is_over(self.now) {
            "Ended"
        } else {
            "Can be opened until"
        };
        let end = if release.ended {
            "Before its time, because the warning changed".into()
        } else {
            end
        };
        rows.push((over, end.into()));
        rows
    }

    /// What only somebody who checks the log needs.
    fn proved(&self) -> Markup {
        let Some(proof) = &self.proof else {
            return html! {};
        };
        details(
            "Full hash and checkpoint",
            html! {
                p class="govuk-body" { "Entry hash: " code { (grouped(&proof.hash)) } }
                p class="govuk-body" { "Checkpoint root: " code { (proof.root) } }
                @if let Some(policy) = &proof.body.policy {
                    p class="govuk-body" { "Policy in force: " code { (grouped(policy)) } }
                }
            },
        )
    }
}

/// What the entry says of who asked, and why.
fn said(body: &Body) -> Vec<Row> {
    let fields: Vec<&str> = body.fields.iter().map(|name| words::field(name)).collect();
    let owned = |text: &str| -> Content<'static> { text.to_owned().into() };
    let mut rows = vec![
        ("Who", owned(&body.person)),
        ("Role", owned(words::role(&body.by))),
        ("What was released", owned(&fields.join(", "))),
    ];
    let whys = [
        (
            "What it was for",
            body.purpose.as_deref().map(words::purpose),
        ),
        ("Visit or call", body.reference.as_deref()),
        ("Reason given", body.reason.as_deref()),
        (
            "Emergency because",
            body.ground.as_deref().map(words::ground),
        ),
        ("What was happening", body.happening.as_deref()),
    ];
    let stated = whys
        .into_iter()
        .filter_map(|(key, value)| Some((key, owned(value?))));
    rows.extend(stated);
    rows.push(("Decided by", owned(&decided(body))));
    rows.extend(
        body.first_entry
            .map(|first| ("Released in log entry", first.to_string().into())),
    );
    rows
}

/// Names the rule: what it asks for, and the version of the policy it is of.
fn decided(body: &Body) -> String {
    let rule = match body.decision.as_str() {
        "assert" => "The council's policy, on a stated reason",
        "break-glass" => "The council's policy, as an emergency",
        other => other,
    };
    let version = body.policy.as_deref().and_then(|hash| hash.get(..8));
    version.map_or_else(
        || rule.to_owned(),
        |version| format!("{rule} (version {version})"),
    )
}

fn in_the_log(proof: &Proof) -> [Row; 2] {
    let first = proof.hash.get(..FIRST_DIGITS).unwrap_or(&proof.hash);
    let hash = html! { code { (grouped(first)) } };
    let size = html! { "The first " (proof.size) " entries of " code { (proof.origin) } };
    [
        ("Entry hash begins", hash.into()),
        ("Checkpoint covers", size.into()),
    ]
}

fn how_to_check(room: &Room, release: &Release) -> Markup {
    let pages = &room.council.pages;
    let file = format!("{}.receipt", release.reference);
    details(
        "How to check this receipt yourself",
        html! {
            p class="govuk-body" {
                "Anybody can check this receipt on any computer, without this service. Save the "
                a class="govuk-link" href={ (release.path()) "/receipt/file" } { "receipt file" }
                ", ask " (pages.information_governance_name) " on "
                (phone(&pages.information_governance.spoken()))
                " for the log's key, and run:"
            }
            pre { code { "firebox verify " (file) " --key KEY" } }
            p class="govuk-body" { "This is what stands in the file:" }
            pre class="fbx-receipt__text" { code { (release.receipt) } }
        },
    )
}
