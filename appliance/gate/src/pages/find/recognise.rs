//! What somebody typed into the one box: which of it is a number, a date, a
//! postcode, a reference or a name, and how a person can be searched for by it.
//!
//! Pure: text and the council's day go in, ways to search come out. The
//! invariants: it never fails, whatever is typed; nothing that was typed is
//! guessed away, for what stands for two things comes with the other way too;
//! a name alone is no way to search.

mod dates;
mod numbers;
mod places;
mod tokens;

use firebox_contract::record::Postcode;
use firebox_protocol::PersonBy;
use firebox_protocol::query::{Confirmed, MAX_HOUSE_CHARACTERS, MAX_NAME_CHARACTERS, NameAnd};
use jiff::civil::Date;

use dates::Day;
use tokens::Tokens;

/// Longest text that is read at all.
pub(super) const MAX_CHARACTERS: usize = 200;

/// What was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Understood {
    /// How the person can be searched for, the likeliest first. Empty exactly
    /// when something [`Understood::lacks`].
    pub(super) ways: Vec<PersonBy>,
    /// What was given that a caller can be confirmed by.
    pub(super) given: Confirmed,
    /// Whether it is ten digits whose last does not agree with the others, as
    /// a mistyped NHS number is.
    pub(super) no_nhs_number: bool,
    /// Why there is no way to search.
    pub(super) lacks: Option<Lack>,
}

/// Why what was typed finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// Nothing was typed.
    Anything,
    /// Too much was typed.
    Brevity,
    /// A name alone.
    OneMoreThing,
    /// A date or postcode without a name.
    Name,
    /// The first half of a postcode.
    WholePostcode,
    /// A year alone.
    WholeDate,
    /// A day that is not in the calendar, or is still to come.
    RealDate,
}

/// Reads what was typed.
pub(super) fn recognise(text: &str, today: Date) -> Understood {
    let mut tokens = Tokens::of(text);
    if text.chars().count() > MAX_CHARACTERS {
        return lacking(Lack::Brevity);
    }
    if tokens.is_empty() {
        return lacking(Lack::Anything);
    }
    let alone = numbers::alone(&tokens, today);
    let understood = alone.unwrap_or_else(|| Parts::taken(&mut tokens, today).understood());
    if understood.ways.is_empty() && understood.lacks.is_none() {
        return lacking(Lack::Brevity);
    }
    understood
}

/// Reads a date of birth typed as day, month and year; none: nobody was born then.
pub(super) fn born(parts: &[&str; 3], today: Date) -> Option<Date> {
    match dates::read(parts, today) {
        Some(Day::Whole(day)) => Some(day),
        _ => None,
    }
}

/// Says what a whole text can be that is nothing but ways to search.
fn only(ways: Vec<PersonBy>) -> Understood {
    Understood {
        ways,
        ..Understood::default()
    }
}

fn lacking(lack: Lack) -> Understood {
    Understood {
        lacks: Some(lack),
        ..Understood::default()
    }
}

/// What stands in a text.
#[derive(Default)]
struct Parts {
    /// Numbers and references, each a way by itself.
    numbers: Vec<PersonBy>,
    day: Option<Day>,
    postcode: Option<Postcode>,
    outward: bool,
    house: Option<String>,
    name: String,
}

impl Parts {
    /// Takes the parts out of a text, the unmistakable ones first.
    fn taken(tokens: &mut Tokens, today: Date) -> Self {
        let mut day = dates::in_one_word(tokens, today);
        let mut numbers: Vec<PersonBy> = numbers::nhs_number(tokens).into_iter().collect();
        numbers.extend(numbers::phone(tokens));
        let postcode = places::postcode(tokens);
        day = day.or_else(|| dates::in_words(tokens, today));
        let outward = postcode.is_none() && places::outward(tokens);
        day = day.or_else(|| dates::year(tokens, today));
        let house = places::house_number(tokens);
        numbers.extend(numbers::reference(tokens));
        Self {
            numbers,
            day,
            postcode,
            outward,
            house,
            name: tokens.words(),
        }
    }

    fn understood(self) -> Understood {
        let mut ways = self.numbers.clone();
        ways.extend(self.by_name());
        let unreal = self.day == Some(Day::Unreal);
        let lacks = (unreal || ways.is_empty()).then(|| self.lack());
        Understood {
            ways: if unreal { Vec::new() } else { ways },
            lacks,
            given: self.given(),
            ..Understood::default()
        }
    }

    /// The name with the better of what goes with it: few share a birthday,
    /// many a postcode.
    fn by_name(&self) -> Option<PersonBy> {
        let length = self.name.chars().count();
        if !(1..=MAX_NAME_CHARACTERS).contains(&length) {
            return None;
        }
        let name = self.name.clone();
        let postcode = || self.postcode.clone().map(NameAnd::Postcode);
        let and = self
            .whole_day()
            .map(NameAnd::DateOfBirth)
            .or_else(postcode)?;
        Some(PersonBy::Name { name, and })
    }

    fn whole_day(&self) -> Option<Date> {
        match self.day {
            Some(Day::Whole(day)) => Some(day),
            _ => None,
        }
    }

    fn given(&self) -> Confirmed {
        let fits = |house: &String| house.chars().count() <= MAX_HOUSE_CHARACTERS;
        Confirmed {
            date_of_birth: self.whole_day(),
            postcode: self.postcode.clone(),
            house_number: self.house.clone().filter(fits),
        }
    }

    fn lack(&self) -> Lack {
        match self.day {
            Some(Day::Unreal) => Lack::RealDate,
            _ if self.name.chars().count() > MAX_NAME_CHARACTERS => Lack::Brevity,
            Some(Day::Year) => Lack::WholeDate,
            _ if self.outward => Lack::WholePostcode,
            _ if self.name.is_empty() => Lack::Name,
            _ => Lack::OneMoreThing,
        }
    }
}

#[cfg(test)]
mod tests;
