//! What a note can be asked for: the answers people choose from, and the
//! policy's purpose each stands for.

use crate::components::Choice;
use crate::pages::visitor::Visitor;

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Purpose {
    /// What is sent when it is chosen.
    pub(super) value: &'static str,
    /// What people read.
    pub(super) words: &'static str,
    /// The policy's code.
    pub(super) code: &'static str,
}

const VISIT: Purpose = Purpose {
    value: "visit",
    words: "A visit I am making",
    code: "visit",
};
const TEAM_VISIT: Purpose = Purpose {
    value: "team-visit",
    words: "A visit someone in my team is making",
    code: "visit",
};
const CALL: Purpose = Purpose {
    value: "contact",
    words: "A call or appointment",
    code: "call",
};
const APPOINTMENT: Purpose = Purpose {
    code: "appointment",
    ..CALL
};
const SOMETHING_ELSE: Purpose = Purpose {
    value: "casework",
    words: "Something else",
    code: "casework",
};

/// Gives the answers for somebody, in order. Who visits nobody is not asked
/// about visits; who takes calls has a purpose for them, an officer has not.
pub(super) fn of(visitor: &Visitor) -> Vec<Purpose> {
    let contact = if visitor.is("adviser") {
        CALL
    } else {
        APPOINTMENT
    };
    if visitor.is("officer") {
        vec![VISIT, TEAM_VISIT, contact, SOMETHING_ELSE]
    } else {
        vec![contact, SOMETHING_ELSE]
    }
}

/// Gives the answer that was chosen.
pub(super) fn chosen(visitor: &Visitor, value: &str) -> Option<Purpose> {
    of(visitor)
        .into_iter()
        .find(|purpose| purpose.value == value)
}

/// Gives the answer that fits what the address was looked up for, so that
/// nobody says it twice.
pub(super) fn carried_forward(visitor: &Visitor, code: &str) -> &'static str {
    let fits = |purpose: &&Purpose| {
        purpose.code == code || (purpose.value == CALL.value && code == "call")
    };
    of(visitor)
        .iter()
        .find(fits)
        .map_or("", |purpose| purpose.value)
}

/// Makes the choices, one of them chosen or none.
pub(super) fn choices(visitor: &Visitor, chosen: &str) -> Vec<Choice<'static>> {
    let choice = |purpose: Purpose| {
        Choice::new(purpose.value, purpose.words).checked(purpose.value == chosen)
    };
    of(visitor).into_iter().map(choice).collect()
}
