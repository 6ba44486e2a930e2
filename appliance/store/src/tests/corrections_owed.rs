//! Corrections when the keeper is away, and agents that should not be believed.

use firebox_contract::correction::{self, Declined, Field, Said};
use firebox_contract::receipt::Outcome;
use firebox_contract::signing::SigningKey;
use firebox_protocol::answer::{Answer, Progress};
use firebox_protocol::query::About;
use firebox_protocol::{Ask, Code};

use super::corrections::{progress, put, reached, town};
use crate::testbed::{Bed, TestAgent, folder};

const OLD: &str = "+447700900001";
const NEW: &str = "+447700900002";

/// A store in a folder that holds one person of Housing.
fn loaded(folder: &tempfile::TempDir, housing: &mut TestAgent) -> Bed {
    let bed = Bed::start(folder.path(), "run", &[housing], true);
    bed.read(housing, &[put("t-1", 1, reached(&[OLD]))], true);
    bed
}

#[test]
fn one_that_was_written_and_not_signed_is_signed_before_anything_is_served() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    drop(loaded(&folder, &mut housing));
    // The keeper goes away between commit and signature, and the store with it.
    let crashed = Bed::start(folder.path(), "run-2", &[&housing], false);
    let about = About::Person(crashed.id_of("t-1"));
    let refused = crashed.correct(about, Field::Phone, NEW).unwrap_err();
    assert_eq!(refused.code, Code::NotReady);
    assert_eq!(crashed.waiting("housing").unwrap_err().code, Code::NotReady);
    let reader = crashed.database.reader().unwrap();
    let (reference, unsigned): (String, bool) = reader
        .query_row(
            "SELECT reference, signature IS NULL FROM correction JOIN correction_sent
             ON correction_sent.correction = correction.id",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert!(unsigned);
    drop((reader, crashed));

    let bed = Bed::start(folder.path(), "run-3", &[&housing], true);
    // Ready, so it was signed already.
    assert_eq!(bed.keeper.told.lock().unwrap().sealed.len(), 1);
    let waiting = bed.waiting("housing").unwrap();
    assert_eq!(housing.opens(&waiting[0]).correction, reference);
    assert_eq!(bed.keeper.told.lock().unwrap().sealed.len(), 1);
}

#[test]
fn on_its_reserve_the_keeper_signs_later_and_nothing_leaves_unsigned_or_settles() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    drop(loaded(&folder, &mut housing));
    let bed = Bed::start_on_reserve(folder.path(), "run-2", &[&housing]);
    let about = About::Person(bed.id_of("t-1"));
    let raised = bed.correct(about, Field::Phone, NEW).unwrap();
    assert!(bed.waiting("housing").unwrap().is_empty());
    let answer = bed.hears_from(&housing, &raised.correction, Said::Delivered);
    assert_eq!(answer.unwrap_err().code, Code::NotFound);
    bed.keeper.told.lock().unwrap().on_reserve = false;
    assert_eq!(bed.waiting("housing").unwrap().len(), 1);
}

#[test]
fn a_step_the_keeper_did_not_enter_is_told_later_and_acknowledged_only_then() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    let bed = loaded(&folder, &mut housing);
    let about = About::Person(bed.id_of("t-1"));
    let raised = bed.correct(about, Field::Phone, NEW).unwrap();
    assert_eq!(bed.waiting("housing").unwrap().len(), 1);
    drop(bed);
    let crashed = Bed::start(folder.path(), "run-2", &[&housing], false);
    let answer = crashed.hears_from(&housing, &raised.correction, Said::Delivered);
    assert_eq!(answer.unwrap_err().code, Code::NotReady);
    drop(crashed);

    let bed = Bed::start(folder.path(), "run-3", &[&housing], true);
    let told = |bed: &Bed| bed.keeper.told.lock().unwrap().moved.len();
    assert_eq!(told(&bed), 1);
    // The same answer again is acknowledged and is no second step.
    bed.hears_from(&housing, &raised.correction, Said::Delivered)
        .unwrap();
    assert_eq!(told(&bed), 1);
    let delivered = [("housing".into(), Progress::Delivered)];
    assert_eq!(
        progress(&bed.stands(&raised.correction).unwrap()),
        delivered
    );
}

#[test]
fn an_answer_counts_only_from_the_services_own_agent_for_this_box() {
    let town = town(
        &[put("t-1", 1, reached(&[OLD]))],
        &[put("c-1", 1, reached(&[]))],
    );
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Phone, NEW)
        .unwrap();
    let (housing, safety) = (&town.housing, &town.safety);
    let answer = || housing.answer(&raised.correction, Said::Done);
    let sign = |answer: &correction::Answer, key: &SigningKey| {
        correction::sign_answer(answer, key).unwrap()
    };
    let good = sign(&answer(), &housing.key);
    let other_box = correction::Answer {
        box_id: "firebox.example.org/other".into(),
        ..answer()
    };
    let as_safety = correction::Answer {
        service: "community-safety".into(),
        ..answer()
    };
    let unknown = housing.answer("COR-0000000000", Said::Done);
    for (case, service, bytes, code) in [
        (
            "cut",
            "housing",
            good[..good.len() - 1].to_vec(),
            Code::Malformed,
        ),
        (
            "longer",
            "housing",
            [&good[..], b"x"].concat(),
            Code::Malformed,
        ),
        ("empty", "housing", Vec::new(), Code::Malformed),
        (
            "a stranger's key",
            "housing",
            sign(&answer(), &SigningKey::from_seed(&[99; 32])),
            Code::NotAllowed,
        ),
        (
            "another agent's key",
            "housing",
            sign(&answer(), &safety.key),
            Code::NotAllowed,
        ),
        (
            "another box",
            "housing",
            sign(&other_box, &housing.key),
            Code::NotAllowed,
        ),
        (
            "another's certificate",
            "community-safety",
            good.clone(),
            Code::NotAllowed,
        ),
        (
            "another's name",
            "housing",
            sign(&as_safety, &housing.key),
            Code::NotAllowed,
        ),
        (
            "no such service",
            "benefits",
            good.clone(),
            Code::NotAllowed,
        ),
        (
            "no such reference",
            "housing",
            sign(&unknown, &housing.key),
            Code::NotFound,
        ),
        // The other service's own agent, of a correction it was not sent.
        (
            "not sent to it",
            "community-safety",
            sign(&as_safety, &safety.key),
            Code::NotFound,
        ),
    ] {
        let refused = town.bed.answers(service, &bytes).unwrap_err();
        assert_eq!(refused.code, code, "{case}");
    }
    let raised_still = [("housing".into(), Progress::Raised)];
    assert_eq!(town.stands(&raised.correction), raised_still);
    assert!(town.moves().is_empty());
    assert_eq!(town.bed.answers("housing", &good), Ok(()));
}

#[test]
fn what_is_over_stays_as_it_ended() {
    let town = town(&[put("t-1", 1, reached(&[OLD]))], &[]);
    let raised = town
        .bed
        .correct(town.person("t-1"), Field::Phone, NEW)
        .unwrap();
    let says = |said| town.bed.hears_from(&town.housing, &raised.correction, said);
    let declined = |reason| Said::Declined { reason };
    says(declined(Declined::NotOurs)).unwrap();
    says(declined(Declined::NotOurs)).unwrap();
    for said in [Said::Delivered, Said::Done, declined(Declined::AlreadyDone)] {
        assert_eq!(says(said).unwrap_err().code, Code::AlreadyThere, "{said:?}");
    }
    assert_eq!(town.moves().len(), 1);
}

#[test]
fn one_sealed_to_an_agent_enrolled_before_keeps_no_newer_one_back() {
    let folder = folder();
    let mut before = TestAgent::new("housing-tenancies");
    let bed = loaded(&folder, &mut before);
    let about = About::Person(bed.id_of("t-1"));
    let lost = bed.correct(about, Field::Phone, NEW).unwrap();
    drop(bed);
    let anew = TestAgent::new("housing-tenancies");
    let bed = Bed::start(folder.path(), "run-2", &[&anew], true);
    assert!(bed.waiting("housing").unwrap().is_empty());
    let fresh = bed.correct(about, Field::Phone, NEW).unwrap();
    let waiting = bed.waiting("housing").unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(anew.opens(&waiting[0]).correction, fresh.correction);
    // The lost one is still said to wait, with the service to ring.
    let raised = [("housing".into(), Progress::Raised)];
    assert_eq!(progress(&bed.stands(&lost.correction).unwrap()), raised);
}

#[test]
fn a_held_reading_settles_nothing_until_it_is_applied_and_the_feed_spoke_again() {
    let person = |key: &str, number: &str| put(key, 1, reached(&[number]));
    let gone = ["t-2", "t-3", "t-4", "t-5"].map(|key| person(key, OLD));
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    let bed = loaded(&folder, &mut housing);
    let batch = housing.delta(&gone);
    bed.deliver(&housing, &batch).unwrap();
    let about = About::Person(bed.id_of("t-1"));
    let raised = bed.correct(about, Field::Phone, NEW).unwrap();
    let stands = || progress(&bed.stands(&raised.correction).unwrap())[0].1;
    let changed = put("t-1", 2, reached(&[NEW]));
    assert_eq!(
        bed.read(&mut housing, &[changed], true).outcome,
        Outcome::Held
    );
    assert_eq!(stands(), Progress::Raised);
    let Ok(Answer::Sources(feeds)) = bed.query(Ask::Sources) else {
        panic!("no feeds")
    };
    let hold = feeds.iter().find_map(|feed| feed.hold.as_ref()).unwrap().id;
    bed.query(Ask::DecideHold { hold, apply: true }).unwrap();
    let batch = housing.delta(&[]);
    bed.deliver(&housing, &batch).unwrap();
    assert_eq!(stands(), Progress::Settled);
}

#[test]
fn what_the_keeper_refuses_is_asked_again_only_when_it_connects_anew() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    let bed = loaded(&folder, &mut housing);
    let about = About::Person(bed.id_of("t-1"));
    bed.keeper.told.lock().unwrap().believes_no_correction = true;
    bed.correct(about, Field::Phone, NEW).unwrap();
    for _ in 0..3 {
        assert!(bed.waiting("housing").unwrap().is_empty());
        let batch = housing.delta(&[]);
        bed.deliver(&housing, &batch).unwrap();
    }
    assert_eq!(bed.keeper.told.lock().unwrap().alarms, 1);
    drop(bed);
    let bed = Bed::start(folder.path(), "run-2", &[&housing], true);
    assert_eq!(bed.keeper.told.lock().unwrap().sealed.len(), 1);
    let raised = bed.waiting("housing").unwrap();
    let reference = housing.opens(&raised[0]).correction;
    bed.keeper.told.lock().unwrap().believes_no_correction = true;
    // A step it refuses is not acknowledged, and is no alarm a second time either.
    for _ in 0..3 {
        let answer = bed.hears_from(&housing, &reference, Said::Delivered);
        assert_eq!(answer.unwrap_err().code, Code::NotReady);
    }
    assert_eq!(bed.keeper.told.lock().unwrap().alarms, 1);
}
