//! What the box is told about one correction: `delivered` first, then what
//! staff said. The same answer is the same bytes, however often it is sent.

use firebox_contract::correction::{Answer, AnswerFormat, Said, sign_answer};
use jiff::Timestamp;

use crate::carrier::Carrier;
use crate::intake::IntakeError;
use crate::state::Standing;
use crate::stop::{Stop, chain};

/// What the box made of an answer.
pub(super) enum Answered {
    /// It took it.
    Taken,
    /// It was over before, whatever we say.
    Over,
    /// It refused it with this HTTP status.
    Refused(u16),
}

/// Says `delivered` where the box does not know it, then what staff said.
pub(super) fn say_all(
    carrier: &mut Carrier,
    standing: &Standing,
) -> Result<Result<Answered, IntakeError>, Stop> {
    let reference = &standing.reference;
    if !standing.delivered {
        match say(carrier, reference, Said::Delivered, standing.arrived)? {
            Ok(Answered::Taken) => carrier.state.correction_delivered(reference)?,
            Ok(Answered::Over) => {
                carrier.state.correction_over(reference)?;
                return Ok(Ok(Answered::Over));
            }
            other => return Ok(other),
        }
    }
    let Some((said, at)) = standing.said else {
        return Ok(Ok(Answered::Taken));
    };
    let answered = say(carrier, reference, said, at)?;
    if let Ok(Answered::Taken | Answered::Over) = &answered {
        carrier.state.correction_over(reference)?;
    }
    Ok(answered)
}

fn say(
    carrier: &Carrier,
    reference: &str,
    said: Said,
    at: Timestamp,
) -> Result<Result<Answered, IntakeError>, Stop> {
    let identity = &carrier.identity;
    let answer = Answer {
        format: AnswerFormat::V1,
        box_id: identity.box_id.clone(),
        service: identity.service.clone(),
        correction: reference.to_owned(),
        said,
        at,
    };
    let bytes = sign_answer(&answer, &identity.signing_key()?)
        .map_err(|e| Stop::failed(format!("an answer cannot be written: {}", chain(&e))))?;
    Ok(match carrier.intake.answer_correction(reference, bytes) {
        Ok(()) => Ok(Answered::Taken),
        Err(IntakeError::Status { status: 409, .. }) => Ok(Answered::Over),
        // Too early or too often: the box is there and wants to be asked later.
        Err(error @ IntakeError::Status { status, .. })
            if matches!(status, 408 | 425 | 429) || !(400..500).contains(&status) =>
        {
            Err(error)
        }
        Err(IntakeError::Status { status, .. }) => Ok(Answered::Refused(status)),
        Err(error) => Err(error),
    })
}
