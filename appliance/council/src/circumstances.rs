//! What is true of a person beyond their tenancy. Each service knows a part of it, in its own words.

use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::people::Person;
use crate::proxies::{self, Proxy};
use crate::sample_people;
use crate::words::{LANGUAGES, MARKERS, NEEDS, Need, UNKNOWN_MARKER};
use jiff::civil::Date;

/// A language: its label, its tag, whether an interpreter is needed.
pub(crate) type Tongue = (&'static str, &'static str, bool);

/// What is true of one person.
pub(crate) struct Circumstances {
    /// In the person's own words; empty for most.
    pub(crate) pronouns: &'static str,
    pub(crate) died: Option<Date>,
    /// Their address must not be told.
    pub(crate) undisclosed: bool,
    /// What to do before talking, a label.
    pub(crate) marker: Option<&'static str>,
    /// They are shown to nobody.
    pub(crate) withheld: bool,
    pub(crate) tongue: Option<Tongue>,
    pub(crate) needs: Vec<&'static Need>,
    pub(crate) proxy: Option<Proxy>,
}

impl Circumstances {
    /// Works out what is true of somebody.
    pub(crate) fn of(council: &Council, person: &Person) -> Self {
        let (serial, today) = (person.serial, council.today());
        let mut draw = Draw::new(council.seed(), Stream::Circumstance, serial);
        let here = !person.former && person.is_aged(16, today);
        let marker = (draw.below(200) == 0 && here).then(|| marker(&mut draw));
        let drawn = Self {
            pronouns: pronouns(person, &mut draw),
            died: died(person, council, &mut draw),
            undisclosed: draw.below(150) == 0 || marker.is_some(),
            // Only where the housing record surely joins: else their name would be found there.
            withheld: marker.is_some()
                && serial.is_multiple_of(3)
                && !person.nhs_number.is_empty()
                && person.born.is_some(),
            marker,
            tongue: tongue(&mut draw),
            needs: needs(&mut draw),
            proxy: proxy(person, today, &mut draw),
        };
        sample_people::circumstances(person, today, drawn)
    }

    /// The signed language, for those who need an interpreter of one.
    pub(crate) fn signed(&self) -> &'static str {
        let signs = self.needs.iter().any(|need| need.group == "sign-language");
        if signs { "BSL" } else { "" }
    }
}

/// A number to ring somebody on under a marker; none where the marker is another.
pub(crate) fn safe_number(person: &Person, circumstances: &Circumstances) -> String {
    let safe_only = circumstances.marker == Some(MARKERS[0].0);
    let own = sample_people::Sample::of(person).and_then(sample_people::Sample::safe_number);
    match (safe_only, own) {
        (true, Some(number)) => number,
        (true, None) => crate::numbers::mobile(person.serial + 29, 1),
        (false, _) => String::new(),
    }
}

fn marker(draw: &mut Draw) -> &'static str {
    if draw.below(8) == 0 {
        return UNKNOWN_MARKER;
    }
    draw.pick(MARKERS).0
}

fn pronouns(person: &Person, draw: &mut Draw) -> &'static str {
    match (draw.below(100), person.feminine) {
        (0, _) => "they/them",
        (1, true) => "she/they",
        (2..6, true) => "she/her",
        (2..6, false) => "he/him",
        _ => "",
    }
}

/// Some of the old have died since they moved in.
fn died(person: &Person, council: &Council, draw: &mut Draw) -> Option<Date> {
    let (chance, day) = (draw.percent(4), council.days_ago(draw.between(5, 500)));
    let dies = chance && !person.former && person.is_aged(62, council.today());
    dies.then(|| day.max(person.since))
}

fn tongue(draw: &mut Draw) -> Option<Tongue> {
    let (label, tag) = draw.pick(LANGUAGES);
    let (has, interpreter) = (draw.percent(9), draw.percent(50));
    has.then_some((label, tag, interpreter))
}

/// A fifth have needs: one to three, each once.
fn needs(draw: &mut Draw) -> Vec<&'static Need> {
    let count = if draw.percent(20) {
        draw.between(1, 3)
    } else {
        0
    };
    let mut needs: Vec<&'static Need> = Vec::new();
    for _ in 0..count {
        let at = usize::try_from(draw.below(37)).unwrap_or_default();
        let need = &NEEDS[at % NEEDS.len()];
        if needs.iter().all(|other| other.group != need.group) {
            needs.push(need);
        }
    }
    needs
}

fn proxy(person: &Person, today: Date, draw: &mut Draw) -> Option<Proxy> {
    let minor = !person.is_aged(18, today);
    let has = draw.percent(if minor { 60 } else { 12 }) && !person.former;
    has.then(|| proxies::draw(person, minor, today, draw))
}
