//! The life of a correction: raised, fetched, answered, and settled by a feed.

use firebox_contract::batch::{GoneReason, Heartbeat, Line, SourceHealth};
use firebox_contract::correction::{About as Named, Declined, Field, HowKnown, Said, Wrong};
use firebox_contract::record::{Person, Record};
use firebox_protocol::Code;
use firebox_protocol::answer::{CorrectionState, Progress};
use firebox_protocol::query::About;
use firebox_protocol::store_keeper::CorrectionMoved;
use jiff::SignedDuration;

use crate::corrections;
use crate::testbed::{
    Bed, TestAgent, email, folder, gone_line, now, phone, property, put_line, sam,
};

/// A box that two services feed.
pub(super) struct Town {
    pub(super) folder: tempfile::TempDir,
    pub(super) bed: Bed,
    pub(super) housing: TestAgent,
    pub(super) safety: TestAgent,
}

/// Tells the box what Housing and Community Safety say; the address 20 is there as well.
pub(super) fn town(housing: &[Line], safety: &[Line]) -> Town {
    let folder = folder();
    let (mut tenancies, mut cautions) = (
        TestAgent::new("housing-tenancies"),
        TestAgent::new("caution-list"),
    );
    let bed = Bed::start(folder.path(), "run", &[&tenancies, &cautions], true);
    let mut lines = vec![put_line(
        "p-20",
        1,
        property(20, "20 Mill Lane", "NB1 4QX", None),
    )];
    lines.extend_from_slice(housing);
    bed.read(&mut tenancies, &lines, true);
    bed.read(&mut cautions, safety, true);
    Town {
        folder,
        bed,
        housing: tenancies,
        safety: cautions,
    }
}

impl Town {
    pub(super) fn person(&self, key: &str) -> About {
        About::Person(self.bed.id_of(key))
    }

    /// Lets Housing send changes.
    pub(super) fn housing_sends(&mut self, lines: &[Line]) {
        let batch = self.housing.delta(lines);
        self.bed.deliver(&self.housing, &batch).unwrap();
    }

    /// Gives how far each service is.
    pub(super) fn stands(&self, reference: &str) -> Vec<(String, Progress)> {
        progress(&self.bed.stands(reference).unwrap())
    }

    /// Gives the steps the keeper entered.
    pub(super) fn moves(&self) -> Vec<CorrectionMoved> {
        self.bed.keeper.told.lock().unwrap().moved.clone()
    }
}

pub(super) fn progress(state: &CorrectionState) -> Vec<(String, Progress)> {
    let sent = state.sent_to.iter();
    sent.map(|sent| (sent.service.clone(), sent.progress))
        .collect()
}

/// Sam, reached by these numbers.
pub(super) fn reached(numbers: &[&str]) -> Person {
    Person {
        contacts: numbers.iter().map(|number| phone(number)).collect(),
        ..sam()
    }
}

pub(super) fn put(key: &str, version: u64, person: Person) -> Line {
    put_line(key, version, Record::Person(Box::new(person)))
}

const OLD: &str = "+447700900001";
const NEW: &str = "+447700900002";

#[test]
fn a_correction_goes_to_the_service_that_holds_the_field_and_its_next_feed_settles_it() {
    let mut town = town(&[put("t-1", 1, reached(&[OLD]))], &[put("c-1", 1, sam())]);
    // Raised on the other service's record of the same person.
    let raised = town
        .bed
        .correct(town.person("c-1"), Field::Phone, NEW)
        .unwrap();
    assert_eq!(raised.field, Some(Field::Phone));
    assert_eq!(progress(&raised), [("housing".into(), Progress::Raised)]);
    assert_eq!(town.bed.stands(&raised.correction).unwrap(), raised);
    assert!(town.bed.waiting("community-safety").unwrap().is_empty());

    let waiting = town.bed.waiting("housing").unwrap();
    assert_eq!(waiting.len(), 1);
    let item = town.housing.opens(&waiting[0]);
    assert_eq!(item.correction, raised.correction);
    assert_eq!(
        item.about,
        Named::Person {
            reference: "t-1".into(),
            records: vec!["housing-tenancies/t-1".into()],
        }
    );
    assert_eq!(
        item.wrong,
        Wrong::Field {
            field: Field::Phone,
            should_be: NEW.into(),
            how_known: HowKnown::PersonToldMe,
        }
    );

    for said in [Said::Delivered, Said::Done] {
        town.bed
            .hears_from(&town.housing, &raised.correction, said)
            .unwrap();
        assert!(town.bed.waiting("housing").unwrap().is_empty());
    }
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Done)]);
    town.housing_sends(&[put("t-1", 2, reached(&[NEW]))]);
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Settled)]);
    // Every step was entered, once, in its order.
    let told: Vec<_> = town.moves().into_iter().map(|step| step.progress).collect();
    assert_eq!(
        told,
        [Progress::Delivered, Progress::Done, Progress::Settled]
    );
    let sealed = town.bed.keeper.told.lock().unwrap().sealed.len();
    assert_eq!(sealed, 1);
}

#[test]
fn a_feed_that_does_not_change_the_field_leaves_it_open() {
    let mut town = town(&[put("t-1", 1, reached(&[OLD]))], &[]);
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Phone, NEW)
        .unwrap();
    let mut other = reached(&[OLD]);
    other.contacts.push(email("sam@example.org"));
    town.housing_sends(&[put("t-1", 2, other.clone()), put("t-2", 1, reached(&[NEW]))]);
    let lines = [
        put_line("p-20", 2, property(20, "20 Mill Lane", "NB1 4QX", None)),
        put("t-1", 3, other),
        put("t-2", 2, reached(&[NEW])),
    ];
    town.bed.read(&mut town.housing, &lines, true);
    let beat = town.housing.heartbeat(Heartbeat {
        as_of: Some(now()),
        state: SourceHealth::Ok,
        code: None,
        set: None,
    });
    town.bed.deliver(&town.housing, &beat).unwrap();
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Raised)]);
    assert_eq!(town.bed.waiting("housing").unwrap().len(), 1);
}

#[test]
fn a_whole_reading_that_shows_the_change_settles_it_also_before_the_agent_fetched_it() {
    let mut town = town(&[put("t-1", 1, reached(&[OLD]))], &[]);
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Phone, NEW)
        .unwrap();
    let lines = [
        put_line("p-20", 1, property(20, "20 Mill Lane", "NB1 4QX", None)),
        put("t-1", 2, reached(&[NEW])),
    ];
    town.bed.read(&mut town.housing, &lines, true);
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Settled)]);
    assert!(town.bed.waiting("housing").unwrap().is_empty());
}

#[test]
fn a_record_that_goes_settles_it_and_one_that_comes_back_the_same_does_not() {
    let mut town = town(
        &[
            put("t-1", 1, reached(&[OLD])),
            put("t-9", 1, reached(&[OLD])),
        ],
        &[],
    );
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Phone, NEW)
        .unwrap();
    let before = town.bed.id_of("t-1");
    town.housing_sends(&[
        gone_line("t-1", 2, GoneReason::SourceDeleted),
        put("t-1", 3, reached(&[OLD])),
    ]);
    assert_ne!(town.bed.id_of("t-1"), before);
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Raised)]);
    // It is shown with the record under its new id.
    let reader = town.bed.database.reader().unwrap();
    let of = |id| corrections::of_statements(&reader, &[id], now()).unwrap();
    assert_eq!(of(town.bed.id_of("t-1")).len(), 1);
    drop(reader);
    town.housing_sends(&[gone_line("t-1", 4, GoneReason::SourceDeleted)]);
    let stands = town.stands(&raised.correction);
    assert_eq!(stands, [("housing".into(), Progress::Settled)]);
    // The key of what is gone went with it.
    let reader = town.bed.database.reader().unwrap();
    let keys: i64 = reader
        .query_row("SELECT count(key) FROM correction_about", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(keys, 0);
}

#[test]
fn a_first_load_that_is_thrown_away_and_sent_again_settles_nothing() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    let bed = Bed::start(folder.path(), "run", &[&housing], true);
    // A first load under way, of which no manifest came yet.
    let line = put("t-1", 1, reached(&[OLD]));
    let first = housing.reading(&[std::slice::from_ref(&line)], true);
    bed.deliver(&housing, &first[0]).unwrap();
    let about = About::Person(bed.id_of("t-1"));
    let raised = bed.correct(about, Field::Phone, NEW).unwrap();
    (housing.sequence, housing.previous) = {
        let batch = firebox_contract::batch::Batch::parse(&first[0]).unwrap();
        (batch.header.sequence, batch.hash())
    };
    bed.read(&mut housing, &[line], true);
    let open = [("housing".into(), Progress::Raised)];
    assert_eq!(progress(&bed.stands(&raised.correction).unwrap()), open);
    let change = housing.delta(&[put("t-1", 2, reached(&[NEW]))]);
    bed.deliver(&housing, &change).unwrap();
    let settled = [("housing".into(), Progress::Settled)];
    assert_eq!(progress(&bed.stands(&raised.correction).unwrap()), settled);
}

#[test]
fn declined_by_one_and_settled_by_the_other_it_is_shown_until_both_are_over_and_a_week_more() {
    let mut town = town(&[put("t-1", 1, sam())], &[put("c-1", 1, sam())]);
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::PreferredName, "Ade")
        .unwrap();
    assert_eq!(raised.sent_to.len(), 2);
    // Each service reads of its own records, and only of those.
    for (agent, own) in [(&town.housing, "t-1"), (&town.safety, "c-1")] {
        let waiting = town.bed.waiting(&agent.service).unwrap();
        let Named::Person { reference, records } = agent.opens(&waiting[0]).about else {
            panic!("not a person")
        };
        assert_eq!(reference, own);
        assert_eq!(records, [format!("{}/{own}", agent.source)]);
    }
    let declined = Said::Declined {
        reason: Declined::RecordIsRight,
    };
    town.bed
        .hears_from(&town.safety, &raised.correction, declined)
        .unwrap();
    let shown = |town: &Town, days: i64| {
        let reader = town.bed.database.reader().unwrap();
        let later = now() + SignedDuration::from_hours(24 * days);
        let of = [town.bed.id_of("t-1"), town.bed.id_of("c-1")];
        corrections::of_statements(&reader, &of, later)
            .unwrap()
            .len()
    };
    assert_eq!(shown(&town, 300), 1);
    let mut ade = sam();
    ade.name.preferred = "Ade".into();
    town.housing_sends(&[put("t-1", 2, ade)]);
    assert_eq!(
        town.stands(&raised.correction),
        [
            (
                "community-safety".into(),
                Progress::Declined(Declined::RecordIsRight)
            ),
            ("housing".into(), Progress::Settled),
        ]
    );
    assert_eq!((shown(&town, 7), shown(&town, 8)), (1, 0));
    // Kept for whoever asks by reference, and then deleted with all its rows.
    let rows = |town: &Town| -> i64 {
        let count = "SELECT (SELECT count(*) FROM correction)
            + (SELECT count(*) FROM correction_sent) + (SELECT count(*) FROM correction_about)";
        let reader = town.bed.database.reader().unwrap();
        reader.query_row(count, [], |row| row.get(0)).unwrap()
    };
    for (days, kept) in [(400, 5), (401, 0)] {
        let later = now() + SignedDuration::from_hours(24 * days);
        corrections::open(&town.bed.database, &town.bed.settings, later).unwrap();
        assert_eq!(rows(&town), kept, "{days} days");
    }
}

#[test]
fn an_instruction_that_nobody_gave_is_told_to_nobody() {
    let town = town(&[person_line_of(sam())], &[]);
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Warning, "No marker is needed");
    assert_eq!(raised.unwrap_err().code, Code::NobodyToTell);
}

fn person_line_of(person: Person) -> Line {
    put_line("t-1", 1, Record::Person(Box::new(person)))
}
