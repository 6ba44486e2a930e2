//! Reported hazards, and warnings said to be wrong.

use firebox_contract::correction::{About as Named, Field, Wrong};
use firebox_contract::record::Location;
use firebox_protocol::answer::Progress;
use firebox_protocol::query::About;

use super::corrections::{Town, progress, town};
use crate::testbed::{flag_at, put_line, uprn};

#[test]
fn a_hazard_reported_at_an_address_stands_there_until_the_services_own_warning_does() {
    let hazard = |at| flag_at(Location::Uprn(uprn(at)));
    let code = "violence-physical";
    // Housing holds the same hazard already; a second one is what was reported.
    let mut town = town(&[put_line("h-1", 1, hazard(20))], &[]);
    let raised = town.bed.report(20, code, "housing").unwrap();
    assert_eq!(raised.field, None);
    let reports = town.bed.at(20).matches[0].reports.clone();
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (reports[0].category.as_str(), reports[0].service.as_str()),
        (code, "Housing")
    );
    // It is no correction of the warning that stands there.
    assert!(
        town.bed.at(20).matches[0].flags.as_ref().unwrap()[0]
            .reported
            .is_empty()
    );
    let item = town.housing.opens(&town.bed.waiting("housing").unwrap()[0]);
    assert_eq!(item.about, Named::Property { uprn: uprn(20) });
    assert!(matches!(item.wrong, Wrong::NewHazard { category, .. } if category == code));
    let open = [("housing".into(), Progress::Raised)];
    // Another service's, another place's and a newer version of the old one settle nothing.
    let safety = town.safety.delta(&[put_line("c-1", 1, hazard(20))]);
    town.bed.deliver(&town.safety, &safety).unwrap();
    town.housing_sends(&[
        put_line("h-1", 2, hazard(20)),
        put_line("h-2", 1, hazard(21)),
    ]);
    assert_eq!(town.stands(&raised.correction), open);
    town.housing_sends(&[put_line("h-3", 1, hazard(20))]);
    let settled = [("housing".into(), Progress::Settled)];
    assert_eq!(town.stands(&raised.correction), settled);
    assert!(town.bed.at(20).matches[0].reports.is_empty());
}

#[test]
fn a_warning_said_to_be_wrong_stays_until_its_holder_changes_it() {
    let hazard = || flag_at(Location::Uprn(uprn(20)));
    let mut town = town(
        &[put_line("h-1", 1, hazard())],
        &[put_line("c-1", 1, hazard())],
    );
    let about = About::Flag(town.bed.id_of("h-1"));
    let raised = town
        .bed
        .correct(about, Field::Warning, "Nobody there")
        .unwrap();
    assert_eq!(progress(&raised), [("housing".into(), Progress::Raised)]);
    let reported = |town: &Town| -> Vec<usize> {
        let matches = town.bed.at(20).matches;
        let flags = matches[0].flags.as_ref().unwrap().iter();
        flags.map(|flag| flag.reported.len()).collect()
    };
    // Both warnings still stand; one says that it was reported wrong.
    assert_eq!(reported(&town), [1, 0]);
    let item = town.housing.opens(&town.bed.waiting("housing").unwrap()[0]);
    assert_eq!(
        item.about,
        Named::Warning {
            record: "housing-tenancies/h-1".into(),
            uprn: Some(uprn(20)),
        }
    );
    town.housing_sends(&[put_line("h-1", 2, hazard())]);
    let settled = [("housing".into(), Progress::Settled)];
    assert_eq!(town.stands(&raised.correction), settled);
    assert_eq!(reported(&town), [0, 0]);
}
