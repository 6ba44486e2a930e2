//! A wish at the log thread's desk: whether what was brought is sound and the
//! newest, whether it is granted, and the entry that says so.

use std::sync::Arc;

use firebox_protocol::gate_keeper::{Released, Reply};
use firebox_protocol::secret::Plaintext;
use firebox_protocol::slip::SlipError;
use firebox_protocol::{Code, Refusal, Slip};
use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::log::receipt::{self, Entry};
use crate::opener::{Opened, Unsound, record_hash};
use crate::outbox::Ticket;
use crate::people::Who;
use crate::random;
use crate::refused;
use crate::release::{Brought, REFERENCE_SIGNS, Room, Seen, Wish};
use crate::release_judge::{Grant, judge};
use crate::release_words::{Alarm, Asking, Granting, rfc3339};
use crate::released::Granted;
use crate::roster::fold;
use crate::writer::{After, Durable};

/// The alarm of a slip or cover that the store did not make for this session.
const SLIP_FORGED: &str = "slip-forged";

/// A release as it was entered; its detail leaves when the entry is durable.
struct Settled {
    reference: String,
    index: u64,
    entry: Entry,
    detail: Zeroizing<Vec<u8>>,
    valid_until_ms: u64,
    review_open: bool,
    escalated: bool,
    /// Past the quota just now, which is said aloud once.
    escalates: bool,
}

/// Settles a wish in the group under way; the ticket is answered when that is durable.
pub(crate) fn decide(
    desk: &mut Desk<'_>,
    room: Arc<Room>,
    session: &[u8; 32],
    wish: &Wish,
    brought: Brought,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let settled = settle(desk, &room, session, wish, brought)?;
    Ok(Box::new(move |durable| match settled {
        Ok(settled) => hand_over(&room, settled, durable, ticket),
        // Refused once the group is durable, and with it the entry that may say so.
        Err(refusal) => ticket.refuse(refusal),
    }))
}

/// Settles a wish inside the group. The session is looked at again, because
/// work before this may have ended it.
fn settle(
    desk: &mut Desk<'_>,
    room: &Room,
    session: &[u8; 32],
    wish: &Wish,
    brought: Brought,
) -> Result<Result<Settled, Refusal>, LogError> {
    let Some(who) = desk.people().who(session, desk.steady_ms) else {
        return Ok(Err(Code::NotSignedIn.into()));
    };
    let (slip, mut seen) = match sound(desk, &who, wish, brought)? {
        Ok(sound) => sound,
        Err(code) => return Ok(Err(code.into())),
    };
    let detail = match &mut seen {
        Seen::Opened(opened) => std::mem::take(&mut opened.detail),
        Seen::Closed(_) => Zeroizing::default(),
    };
    let asking = Asking::new(&who, wish, &slip, seen.context());
    let grant = match judge(desk, &room.rules.policy, &who, wish, &slip, &seen)? {
        Ok(grant) => grant,
        Err(refusal) => {
            let (kind, name) = (EntryKind::ReleaseRefused, &who.person.name);
            refused::note(desk, kind, name, refusal.code, &asking)?;
            return Ok(Err(refusal));
        }
    };
    let Seen::Opened(opened) = &seen else {
        // The policy cannot have changed in between; if it had, nothing was opened.
        return Ok(Err(Code::NotReady.into()));
    };
    let granted = enter(desk, room, &who, &asking, grant, &slip, opened)?;
    Ok(Ok(Settled { detail, ..granted }))
}

/// Requires slip and envelope to be what they should be, and the newest of their
/// record. Anything else is an alarm, but for what time alone explains.
fn sound(
    desk: &mut Desk<'_>,
    who: &Who,
    wish: &Wish,
    brought: Brought,
) -> Result<Result<(Box<Slip>, Seen), Code>, LogError> {
    let (slip, unsound) = match brought {
        // The half minute is over: it is fetched again.
        Brought::BadSlip(SlipError::Expired) => return Ok(Err(Code::DetailMoved)),
        Brought::BadSlip(_) => {
            let (name, code) = (&who.person.name, Code::PermitRefused);
            let alarm = Alarm::new(who, wish, None, SLIP_FORGED);
            refused::raise(desk, name, SLIP_FORGED, code, &alarm)?;
            return Ok(Err(code));
        }
        Brought::Unsound(slip, unsound) => (slip, unsound),
        Brought::Sound(slip, seen) => match newest(desk.conn, &slip, &seen)? {
            Newest::This => return Ok(Ok((slip, seen))),
            Newest::Another => return Ok(Err(Code::DetailMoved)),
            Newest::Unsound => (slip, Unsound::OtherCiphertext),
        },
    };
    let alarm = Alarm::new(who, wish, Some(&slip), unsound.code());
    let (name, code) = (&who.person.name, Code::DetailUnsound);
    if let Some(index) = refused::raise(desk, name, unsound.code(), code, &alarm)? {
        log::error!("entry {index}: {unsound}. Nothing was released");
    }
    Ok(Err(code))
}

/// What the version map says of an envelope.
enum Newest {
    /// It is the newest of its record.
    This,
    /// Another is, or none: the record changed while this was on its way.
    Another,
    /// Its version was attested with another ciphertext.
    Unsound,
}

fn newest(conn: &Connection, slip: &Slip, seen: &Seen) -> Result<Newest, LogError> {
    let Seen::Opened(opened) = seen else {
        return Ok(Newest::This);
    };
    let sql = "SELECT version, ciphertext FROM envelope WHERE record = ?1";
    let attested: Option<(i64, [u8; 32])> = conn
        .prepare_cached(sql)?
        .query_row([record_hash(&slip.source, &slip.key)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(
        match attested.map(|(version, hash)| (from_stored(version), hash)) {
            Some((version, hash)) if version == slip.version => {
                if hash == opened.ciphertext {
                    Newest::This
                } else {
                    Newest::Unsound
                }
            }
            _ => Newest::Another,
        },
    )
}

/// Appends the entry and keeps the release; the detail is put in by the caller.
fn enter(
    desk: &mut Desk<'_>,
    room: &Room,
    who: &Who,
    asking: &Asking<'_>,
    grant: Grant,
    slip: &Slip,
    opened: &Opened,
) -> Result<Settled, LogError> {
    let Grant {
        role,
        ground,
        escalated,
        reason,
        again,
    } = grant;
    let folded = fold(&who.person.name);
    let (valid_ms, steady_ms) = (room.rules.policy.release_figures.valid_ms, desk.steady_ms);
    let (reference, valid_until_ms) = match &again {
        Some(standing) => (standing.reference.clone(), standing.valid_until_ms),
        None => (
            format!("REL-{}", random::code::<REFERENCE_SIGNS>()?),
            desk.now.wall_ms + valid_ms,
        ),
    };
    let emergency = ground.is_some();
    let granting = Granting {
        asking,
        decision: if emergency { "break-glass" } else { "assert" },
        by: role.code(),
        release: &reference,
        first_entry: again.as_ref().map(|standing| standing.entry),
        fields: &opened.fields,
        valid_until: rfc3339(valid_until_ms),
        review: emergency.then_some("open"),
        escalated: escalated.then_some(true),
    };
    let kind = match (&again, emergency) {
        (Some(_), _) => EntryKind::Opened,
        (None, true) => EntryKind::Emergency,
        (None, false) => EntryKind::Release,
    };
    let (appended, entry) = desk.append_whole(kind, &granting)?;
    if let Some(reason) = reason {
        let reasons = &mut desk.state.reasons;
        reasons.remember(desk.conn, &folded, reason, appended.index)?;
    }
    if again.is_none() {
        let granted = Granted {
            reference: &reference,
            folded: &folded,
            emergency,
            escalated,
            record: slip.record,
            named: &record_hash(&slip.source, &slip.key),
            ciphertext: &opened.ciphertext,
            why: ground.as_deref().unwrap_or(asking.purpose()),
            valid_until_ms,
            ends_steady_ms: steady_ms + valid_ms,
            at_steady_ms: steady_ms,
            entry: appended.index,
        };
        granted.keep(desk.conn)?;
        desk.state.standing.add(&granted);
    }
    Ok(Settled {
        reference,
        index: appended.index,
        entry,
        detail: Zeroizing::default(),
        valid_until_ms,
        review_open: again
            .as_ref()
            .map_or(emergency, |standing| standing.review_open),
        escalated,
        escalates: escalated && again.is_none(),
    })
}

/// Hands a release over, now that its entry is on the disk.
fn hand_over(room: &Room, mut settled: Settled, durable: &Durable<'_>, ticket: Ticket<Reply>) {
    let Ok(path) = durable.book.prove(settled.index) else {
        return ticket.refuse(Code::LogUnavailable);
    };
    if settled.escalates {
        log::warn!(
            "{}: an emergency past the person's quota",
            settled.reference
        );
    }
    let checkpoint = room.checkpoints.newest();
    let receipt = receipt::text(&settled.entry, settled.index, &path, &checkpoint);
    ticket.answer(&Reply::Released(Released {
        release: settled.reference,
        detail: Plaintext::new(std::mem::take(&mut *settled.detail)),
        entry: settled.index,
        receipt,
        valid_until_ms: stored(settled.valid_until_ms),
        review_open: settled.review_open,
        escalated: settled.escalated,
    }));
}
