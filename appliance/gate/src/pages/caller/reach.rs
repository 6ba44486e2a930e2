//! What is closed until it is needed: ways to reach somebody, addresses, and
//! why records of several services are shown as one person.

use firebox_contract::record::AddressUse;
use maud::{Markup, html};

use super::contact;
use super::said::told;
use crate::answer::Person;
use crate::answer::person::reach::{Address, Contact};
use crate::answer::writer::listed;
use crate::components::details;
use crate::pages::said;

/// Writes them, closed. The first two are there for everybody.
pub(super) fn details_of(person: &Person) -> Markup {
    html! {
        (details("Contact details", contacts(&person.contacts)))
        (details("Addresses", addresses(&person.addresses)))
        @if !person.joined.is_empty() {
            (details("Why these records are one person", joined(person)))
        }
    }
}

fn contacts(contacts: &[Contact]) -> Markup {
    let mut ordered: Vec<&Contact> = contacts.iter().collect();
    ordered.sort_by_key(|one| one.order);
    html! {
        p class="govuk-body" {
            @if ordered.is_empty() { "No contact details recorded." }
            @else { "In the order they prefer." }
        }
        @if !contacts.is_empty() {
            ul class="govuk-list" {
                @for one in ordered {
                    li { (contact::line(one)) " " span class="fbx-said" { (told(&one.by)) } }
                }
            }
        }
    }
}

fn addresses(addresses: &[Address]) -> Markup {
    html! {
        p class="govuk-body" {
            @if addresses.is_empty() { "No address recorded." }
            @else { "Do not give out or confirm an address." }
        }
        @if !addresses.is_empty() {
            ul class="govuk-list" {
                @for one in addresses {
                    li { (address(one)) " " span class="fbx-said" { (told(&one.by)) } }
                }
            }
        }
    }
}

fn address(address: &Address) -> String {
    let kind = match address.r#use {
        AddressUse::Home => "Home",
        AddressUse::Temporary => "Temporary",
        AddressUse::Mailing => "Letters go to",
        AddressUse::Previous => "Previous",
        AddressUse::OrdinaryResidence => "Ordinary residence",
    };
    let mut line = format!("{kind}: {}.", address.value);
    if let Some(from) = &address.from {
        line.push_str(&format!(" From {}.", said::day(from)));
    }
    if let Some(to) = &address.to {
        line.push_str(&format!(" Until {}.", said::day(to)));
    }
    line
}

fn joined(person: &Person) -> Markup {
    html! {
        ul class="govuk-list" {
            @for one in &person.joined {
                li { (listed(&one.services)) ": " (one.why) }
            }
        }
    }
}
