//! Permits replayed, changed, and brought with another question.

use firebox_protocol::answer::Answer;
use firebox_protocol::frame;
use firebox_protocol::query::{self, Ask, Query};
use firebox_protocol::{Code, gate_store};

use super::{Stage, read};
use crate::evil_gate::{Leave, property};

impl Stage<'_> {
    pub(super) fn a_permit_is_used_once_however_often_it_is_sent(&self) {
        let leave = self.leave(self.one);
        let Leave { permit, query } = leave.clone();
        let asked = gate_store::Request::Answer { permit, query };
        let frame = frame::encode(1, &asked).unwrap();
        let mut lines = [self.gate.store(), self.gate.store()];
        for line in &mut lines {
            assert!(line.send(&frame.repeat(25)));
        }
        let answers = lines.iter_mut().flat_map(|line| {
            std::iter::repeat_with(|| read(line))
                .take(25)
                .collect::<Vec<gate_store::Reply>>()
        });
        let answered = answers.filter(|reply| match reply {
            gate_store::Reply::Answer(Answer::Envelope(_)) => true,
            gate_store::Reply::Refused(refusal) if refusal.code == Code::PermitRefused => false,
            _ => panic!("neither the envelope nor the right refusal"),
        });
        assert_eq!(answered.count(), 1);
        assert_eq!(self.gate.store().answers(&leave), Err(Code::PermitRefused));
    }

    pub(super) fn a_permit_serves_its_own_question_and_no_other(&self) {
        let mut keeper = self.gate.keeper();
        let envelope = |record| {
            let (purpose, reference) = (String::new(), None);
            let ask = Ask::Envelope { record };
            query::to_bytes(&Query {
                purpose,
                reference,
                ask,
            })
            .unwrap()
        };
        for query in [
            envelope(self.one),
            query::to_bytes(&Query {
                purpose: "visit".into(),
                reference: Some("V-1".into()),
                ask: Ask::Envelope { record: self.one },
            })
            .unwrap(),
        ] {
            let asked = keeper.permit(&self.olu, &query);
            assert_eq!(
                asked.err(),
                Some(Code::Malformed),
                "the gate may not make this question"
            );
        }
        let of_one = self.leave(self.one);
        assert_eq!(
            of_one.query,
            envelope(self.one),
            "the test makes the keeper's question"
        );
        let of_address = keeper.permit(&self.olu, &property(&self.uprn)).unwrap();
        let mixed = [
            (&of_one.permit, envelope(self.other)),
            (&of_one.permit, of_address.query.clone()),
            (&of_address.permit, envelope(self.one)),
            (&of_address.permit, property(&self.elsewhere)),
        ];
        for (permit, query) in mixed {
            let permit = permit.clone();
            let answer = self.gate.store().answers(&Leave { permit, query });
            assert_eq!(answer, Err(Code::PermitRefused));
        }
        for leave in [of_one, of_address] {
            assert!(
                self.gate.store().answers(&leave).is_ok(),
                "refusals use up nothing"
            );
        }
    }

    pub(super) fn a_permit_changed_in_any_bit_serves_nothing(&self) {
        let leave = self.leave(self.one);
        let mut store = self.gate.store();
        for at in 0..leave.permit.len() {
            for bit in [1, 0x80] {
                let mut changed = leave.clone();
                changed.permit[at] ^= bit;
                assert_eq!(
                    store.answers(&changed),
                    Err(Code::PermitRefused),
                    "byte {at}"
                );
            }
            let mut cut = leave.clone();
            cut.permit.truncate(at);
            assert_eq!(store.answers(&cut), Err(Code::PermitRefused), "cut at {at}");
        }
        assert!(store.answers(&leave).is_ok());
    }
}
