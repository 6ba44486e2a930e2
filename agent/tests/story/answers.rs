//! What staff say to corrections, and how it reaches the box.

use firebox_contract::correction::{Declined, Field, Said};

use crate::crash::wait_until;
use crate::desk::{
    FIRST, SECOND, SERVICE, THIRD, answers, counts, host, lines, references, state_of, text,
    work_file,
};
use crate::fake_box::{AnswerMood, Draft};

#[test]
fn done_and_declined_go_to_the_box_and_leave_the_file_when_it_took_them() {
    let host = host();
    for reference in [FIRST, SECOND, THIRD] {
        host.the_box.raise(&Draft::name(SERVICE, reference));
    }
    host.run(0);
    assert_eq!(answers(&host, &["list"], 0).lines().count(), 3);
    answers(&host, &["done", FIRST], 0);
    answers(&host, &["declined", SECOND, "--reason", "not-ours"], 0);
    answers(&host, &["done", FIRST], 0);
    assert!(answers(&host, &["declined", FIRST, "--reason", "not-ours"], 1).contains("stays"));
    assert_eq!(counts(&host), (1, 2, 0));
    host.run(0);
    assert_eq!(references(&host), [THIRD]);
    let reason = Declined::NotOurs;
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered, Said::Done]);
    assert_eq!(
        host.the_box.said(SECOND),
        [Said::Delivered, Said::Declined { reason }]
    );
    assert_eq!(counts(&host), (1, 0, 0));
    assert!(answers(&host, &["done", SECOND], 1).contains("over: declined, not-ours"));
    assert!(answers(&host, &["show", FIRST], 0).contains("over: done"));
}

#[test]
fn an_answer_given_while_the_box_is_away_is_kept_shown_and_sent_later() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    host.the_box.held().away = true;
    answers(&host, &["done", FIRST], 0);
    assert!(host.run(1).contains("1 answers wait for the box"));
    assert_eq!(state_of(&host, FIRST).unwrap(), "done-waiting");
    assert_eq!(counts(&host), (0, 1, 0));
    host.the_box.held().away = false;
    host.run(0);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered, Said::Done]);
    assert!(references(&host).is_empty());
}

#[test]
fn an_answer_whose_receipt_was_lost_is_sent_again_and_counts_once() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    answers(&host, &["done", FIRST], 0);
    host.the_box
        .held()
        .answer_moods
        .push_back(AnswerMood::LosesAnswer);
    host.run(1);
    assert_eq!(state_of(&host, FIRST).unwrap(), "done-waiting");
    host.run(0);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered, Said::Done]);
    assert!(references(&host).is_empty());
}

#[test]
fn an_answer_the_box_refuses_is_kept_and_named_until_it_is_taken() {
    for status in [403, 404] {
        let host = host();
        host.the_box.raise(&Draft::name(SERVICE, FIRST));
        host.run(0);
        answers(&host, &["done", FIRST], 0);
        host.the_box
            .held()
            .answer_moods
            .push_back(AnswerMood::Says(status));
        let said = text(&host.agent(&["run", "--once"]));
        assert!(
            said.contains(FIRST) && said.contains("it is kept"),
            "{said}"
        );
        assert_eq!(counts(&host), (0, 1, 1));
        assert_eq!(state_of(&host, FIRST).unwrap(), "done-waiting");
        host.run(0);
        assert_eq!(counts(&host), (0, 0, 0));
    }
}

#[test]
fn what_the_box_closed_by_itself_leaves_the_file_with_the_next_answer() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    host.the_box.sent(FIRST, |sent| sent.closed = true);
    answers(&host, &["done", FIRST], 0);
    host.run(0);
    assert!(references(&host).is_empty());
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);
}

#[test]
fn a_box_restored_from_before_is_told_again_what_staff_said() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    answers(&host, &["done", FIRST], 0);
    host.run(0);
    host.the_box.sent(FIRST, |sent| sent.said.clear());
    host.run(0);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered, Said::Done]);
    assert!(references(&host).is_empty(), "staff see it once");
}

#[test]
fn enrolled_anew_the_agent_still_opens_what_came_before() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    for (code, epoch) in [("code-2", 2), ("code-3", 3)] {
        let enrolled = host.enrol(SERVICE, &["caution-list"], code, epoch);
        assert!(enrolled.status.success());
    }
    std::fs::remove_dir_all(host.path("work")).unwrap();
    host.the_box.raise(&Draft::name(SERVICE, SECOND));
    host.the_box.held().sources.clear();
    host.run(0);
    assert_eq!(references(&host), [FIRST, SECOND]);
    assert!(lines(&host, SERVICE)[0][6].contains("Canary Sam"));
    answers(&host, &["done", FIRST], 0);
    host.run(0);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered, Said::Done]);
}

#[test]
fn a_running_agent_takes_corrections_and_sends_answers_by_itself() {
    let host = host();
    let mut agent = host.start(&["run"]);
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    wait_until("it is delivered", || {
        host.the_box.said(FIRST) == [Said::Delivered]
    });
    answers(&host, &["done", FIRST], 0);
    wait_until("the answer arrives and the line goes", || {
        host.the_box.said(FIRST).len() == 2 && references(&host).is_empty()
    });
    std::fs::remove_file(work_file(&host, SERVICE)).unwrap();
    host.the_box.raise(&Draft::name(SERVICE, SECOND));
    wait_until("a new file is made", || {
        work_file(&host, SERVICE).exists() && references(&host) == [SECOND]
    });
    agent.kill().unwrap();
    agent.wait().unwrap();
}

#[test]
fn the_verbs_say_what_is_wrong_with_a_reference_a_reason_or_a_service() {
    let host = host();
    host.the_box
        .raise(&Draft::field(SERVICE, FIRST, Field::Phone, "+447700900483"));
    host.run(0);
    let shown = answers(&host, &["show", "cor-0000000001"], 0);
    assert!(shown.contains("should_be: 07700 900483"), "{shown}");
    assert!(!answers(&host, &["list", SERVICE], 0).contains("Canary"));
    answers(&host, &["list", "parks"], 64);
    answers(&host, &["show", "COR-1"], 64);
    answers(&host, &["declined", FIRST], 64);
    answers(&host, &["declined", FIRST, "--reason", "tired"], 64);
    assert!(answers(&host, &["done", SECOND], 1).contains("corrections list"));
}
