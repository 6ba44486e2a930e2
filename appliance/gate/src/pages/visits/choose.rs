//! `/visits/{day}/choose/{place}`: which of several addresses a visit means.
//! The answer is put into the list, so that list and paper are whole. Nothing
//! is looked up here: the addresses are those the list found.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use firebox_contract::record::Uprn;
use jiff::civil::Date;
use maud::html;

use super::look::Place;
use super::show;
use crate::components::{Button, Choice, Errors, Legend, Radios};
use crate::pages::form::{self, Form};
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// The name of the radios.
const FIELD: &str = "address";

/// Gives the path of the choice for a visit.
pub(super) fn path(day: Date, place: usize) -> String {
    format!("{}/choose/{place}", show::path(day))
}

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Place(day, place): Place,
) -> Result<Page, Problem> {
    let open = Open::find(&room, &visitor, day, place)?;
    open.page(&room, &visitor, Errors::default())
}

pub(super) async fn post(
    State(room): State<Room>,
    Place(day, place): Place,
    form: Form,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let open = Open::find(&room, &visitor, day, place)?;
    let Some(uprn) = open.chosen(fields.get(FIELD)) else {
        let errors = Errors::one(FIELD, "Select the address");
        return Ok(open.page(&room, &visitor, errors)?.into_response());
    };
    room.at(&visitor, |desk| {
        if let Some(known) = desk.days.get_mut(&day.to_string()) {
            known.choose(place, uprn);
        }
    });
    Ok(see_other(&show::path(day)))
}

/// A visit that may mean several addresses.
struct Open {
    day: Date,
    place: usize,
    listed: String,
    addresses: Vec<(String, Uprn, String)>,
}

impl Open {
    fn find(room: &Room, visitor: &Visitor, day: Date, place: usize) -> Result<Self, Problem> {
        let found = room.at(visitor, |desk| {
            let known = desk.days.get(&day.to_string())?;
            let (visit, addresses) = known.choices_of(place)?;
            let addresses = addresses.iter();
            let addresses =
                addresses.map(|(uprn, address)| (uprn.to_string(), *uprn, address.clone()));
            Some((visit.as_listed(), addresses.collect()))
        });
        let (listed, addresses) = found.ok_or(Problem::new(Kind::NotFound))?;
        Ok(Self {
            day,
            place,
            listed,
            addresses,
        })
    }

    fn chosen(&self, value: &str) -> Option<Uprn> {
        let mut addresses = self.addresses.iter();
        addresses.find_map(|(number, uprn, _)| (number == value).then_some(*uprn))
    }

    fn page(&self, room: &Room, visitor: &Visitor, errors: Errors) -> Result<Page, Problem> {
        let title = format!("Which address is visit {}?", self.place);
        let items = self.addresses.iter().map(|(number, _, address)| {
            Choice::new(number, address.as_str()).hint(format!("UPRN {number}"))
        });
        let radios = Radios {
            name: FIELD,
            legend: Some(Legend::page_heading(title.as_str())),
            hint: format!("Your list says: {}", self.listed).into(),
            error: errors.of(FIELD),
            items: items.collect(),
            ..Radios::default()
        };
        let content = html! {
            form method="post" action=(path(self.day, self.place)) novalidate {
                (form::hidden(&room.words, visitor)?)
                (radios.render())
                (Button::submit("Check this address").render())
            }
            p class="govuk-body" {
                "If none of these is right, "
                a class="govuk-link" href={ (show::path(self.day)) "/change" } { "change your list" }
                "."
            }
        };
        let page = Page::new(title.clone(), content);
        Ok(page
            .back("Back to the list", show::path(self.day))
            .with_errors(errors))
    }
}
