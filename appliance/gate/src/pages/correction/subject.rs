//! Whom or what a form of corrections is about: a person or an address, by the
//! handle in the path.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use firebox_contract::record::Uprn;
use firebox_protocol::query::About;

use crate::handle::Kind as HandleKind;
use crate::pages::desk::Desk;
use crate::pages::page::Printing;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;

/// Where a person's record is put right: the question, the answers to check,
/// the question again.
pub(super) const PERSON: [&str; 3] = [
    "/people/{token}/correct",
    "/people/{token}/correct/{draft}",
    "/people/{token}/correct/{draft}/change",
];
/// The same for an address.
pub(super) const ADDRESS: [&str; 3] = [
    "/address/{token}/report",
    "/address/{token}/report/{draft}",
    "/address/{token}/report/{draft}/change",
];
/// What every path about a person begins with.
const OF_PERSON: &str = "/people/";

/// Whom or what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// A person, by the store's id.
    Person(u64),
    /// An address.
    Address(Uprn),
}

/// The subject of a form, in one session.
#[derive(Clone)]
pub(super) struct Subject {
    /// Whom or what it is about.
    pub(super) whom: Whom,
    token: String,
    draft: Option<String>,
}

impl Subject {
    /// What the keeper and the store are told it is about.
    pub(super) fn about(&self) -> About {
        match &self.whom {
            Whom::Person(id) => About::Person(id.cast_signed()),
            Whom::Address(uprn) => About::Property(*uprn),
        }
    }

    /// Whether it is about a person: such pages never print.
    pub(super) fn is_person(&self) -> bool {
        matches!(self.whom, Whom::Person(_))
    }

    /// The page it was come from.
    pub(super) fn home(&self) -> String {
        match self.whom {
            Whom::Person(_) => format!("/people/{}", self.token),
            Whom::Address(_) => format!("/address/{}", self.token),
        }
    }

    /// Where "Back" leads: an address is a page of officers only.
    pub(super) fn back(&self, visitor: &Visitor) -> (&'static str, String) {
        match self.whom {
            Whom::Person(_) => ("Back to the caller", self.home()),
            Whom::Address(_) if visitor.is("officer") => ("Back to the address", self.home()),
            Whom::Address(_) => ("Back to your first page", "/".to_owned()),
        }
    }

    /// What its pages print as: those about a caller never do.
    pub(super) fn printing(&self) -> Printing {
        match self.whom {
            Whom::Person(_) => Printing::Never,
            Whom::Address(_) => Printing::Whole,
        }
    }

    /// The page that asks what is wrong.
    pub(super) fn form(&self) -> String {
        let form = if self.is_person() {
            "correct"
        } else {
            "report"
        };
        format!("{}/{form}", self.home())
    }

    /// The page of a draft: to check it, and after it was sent.
    pub(super) fn check(&self, draft: &str) -> String {
        format!("{}/{draft}", self.form())
    }

    /// The page that asks once more.
    pub(super) fn change(&self, draft: &str) -> String {
        format!("{}/change", self.check(draft))
    }

    /// The draft the path names; not found when it names none.
    pub(super) fn draft(&self) -> Result<&str, Problem> {
        self.draft.as_deref().ok_or(Problem::new(Kind::NotFound))
    }

    /// What to call the person, where the session has opened their page.
    pub(super) fn name(&self, desk: &Desk) -> Option<String> {
        let Whom::Person(id) = self.whom else {
            return None;
        };
        let call = desk.callers.get(&id.to_string());
        call.map(|call| call.preferred_name.clone())
    }
}

/// Reads the handle of a property of this session.
pub(super) fn uprn(words: &Words, visitor: &Visitor, handle: &str) -> Result<Uprn, Problem> {
    let session = visitor.session();
    let number = words.handles.open(HandleKind::Property, handle, session)?;
    Uprn::parse(&number.to_string()).map_err(|_| Problem::new(Kind::NotFound))
}

impl<S> FromRequestParts<S> for Subject
where
    S: Send + Sync,
    Arc<Words>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(head, state).await?;
        let named = Path::<HashMap<String, String>>::from_request_parts(head, state).await;
        let Path(mut named) = named.map_err(|_| Problem::new(Kind::NotFound))?;
        let token = named.remove("token").unwrap_or_default();
        let words = Arc::<Words>::from_ref(state);
        let whom = if head.uri.path().starts_with(OF_PERSON) {
            let session = visitor.session();
            Whom::Person(words.handles.open(HandleKind::Person, &token, session)?)
        } else {
            Whom::Address(uprn(&words, &visitor, &token)?)
        };
        Ok(Self {
            whom,
            token,
            draft: named.remove("draft"),
        })
    }
}
