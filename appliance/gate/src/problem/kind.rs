//! The one table of refusals: status, code, title, what to do next.
//!
//! `{member}` is a member's name, `{must}` what it must be, `{duty}` the
//! number of the duty line. Codes are never reused for something else.

use axum::http::StatusCode;

struct Row(u16, &'static str, &'static str, &'static str);

/// Declares the kinds and their rows together, so that none is without the other.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:literal, $code:literal, $title:literal, $detail:literal;)+) => {
        /// A kind of refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind { $($(#[$doc])* $kind,)+ }

        impl Kind {
            /// All of them.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Kind] = &[$(Kind::$kind,)+];

            fn row(self) -> Row {
                match self { $(Kind::$kind => Row($status, $code, $title, $detail),)+ }
            }
        }
    };
}

kinds! {
    // What is wrong with the request itself.
    /// The body is not JSON at all.
    MalformedJson = 400, "malformed_json", "The body is not JSON",
        "Send one JSON object in UTF-8, as the description of this call shows it.";
    /// A member the call does not have.
    UnknownMember = 400, "unknown_member", "Unknown member",
        "Leave out `{member}`: this call has no such member.";
    /// A member that must be there is not.
    MissingMember = 400, "missing_member", "Missing member",
        "Add `{member}`: this call needs it.";
    /// A member that stands twice.
    RepeatedMember = 400, "repeated_member", "Repeated member",
        "Give `{member}` once only.";
    /// A member of another JSON type.
    WrongType = 400, "wrong_type", "Wrong type",
        "Give `{member}` in the type that the description of this call names.";
    /// The next process in could not read it.
    Malformed = 400, "malformed", "The message does not read",
        "Send it again as it was made; if that fails too, update the program that makes it.";
    /// The body broke off.
    BodyBroken = 400, "body_broken", "The body did not arrive whole",
        "Send the request again.";
    /// No address, or not enough of one.
    AddressMissing = 400, "address_missing", "No address is named",
        "Give one of `uprn`, `postcode` with `number`, or `address`, where this call has them.";
    /// No person, or not enough of one.
    PersonMissing = 400, "person_missing", "No person is named",
        "Give one of `phone`, `nhs_number`, `name` with `date_of_birth` or `postcode`, \
            or `service_reference`.";
    /// A person named in two ways.
    PersonUnclear = 400, "person_unclear", "The person is named in two ways",
        "Leave out `{member}`: two ways to name one person could name two.";
    /// A body in another format.
    WrongContentType = 415, "wrong_content_type", "Wrong content type",
        "Send the body as the content type that this call names, without a content encoding.";
    /// A body over its limit.
    TooLarge = 413, "too_large", "The body is too large",
        "Send less at once: split the request into several.";
    /// A value of the right type that will not do.
    Unacceptable = 422, "unacceptable_value", "A value will not do",
        "`{member}` must {must}.";
    /// A name alone.
    OneMoreThing = 422, "one_more_thing", "A name alone is not enough",
        "Add a date of birth or postcode, or search by phone number alone.";
    /// No such route or thing, or not for this caller.
    NotFound = 404, "not_found", "Not found",
        "Check the address of the call. What you may not see looks the same as what \
            is not there, and what was shown in another session must be looked up again.";
    /// The route has other methods.
    WrongMethod = 405, "wrong_method", "Wrong method",
        "Use a method that the `Allow` header names.";
    /// The Host header names another box.
    Misdirected = 421, "misdirected", "This is another host",
        "Use the name of this box, as your administrator gave it to you.";
    /// The request or its answer took too long.
    TooSlow = 408, "too_slow", "The request took too long",
        "Send it again over a better line. If you are about to visit someone, phone {duty}.";

    // Who asks, and whether they may.
    /// Name, password or code is not right.
    SignInWrong = 401, "sign_in_wrong", "Name, password or code is not right",
        "Check all three and try again. Several wrong tries lock the name for a while.";
    /// Too many tries.
    SignInLocked = 429, "sign_in_locked", "Too many tries",
        "Wait 15 minutes, then try again; `Retry-After` has the exact time. If you are \
            about to visit someone, phone {duty}.";
    /// No session, or it ended.
    NotSignedIn = 401, "not_signed_in", "Not signed in",
        "Sign in, then send the session as `Authorization: Bearer`.";
    /// The roles do not allow it.
    NotAllowed = 403, "not_allowed", "Your roles do not allow this",
        "Ask somebody whose work this is. If you are about to visit someone, phone {duty}.";
    /// Not for this purpose.
    PurposeNotAllowed = 403, "purpose_not_allowed", "Not for this purpose",
        "Give the purpose you really have; if it is this one, ask a reviewer to have \
            the policy changed.";
    /// The policy has no such purpose.
    UnknownPurpose = 422, "unknown_purpose", "No such purpose",
        "Give `purpose` as one of the codes in the policy, for example `visit`.";
    /// A reference is needed.
    ReferenceMissing = 422, "reference_missing", "A reference is needed",
        "Give `reference`: the id of the visit or the call this is for.";
    /// The person's limit.
    PersonLimit = 429, "person_limit", "You have looked up more than usual",
        "Wait until the time in `Retry-After` has passed, or phone {duty}. If \
            somebody is in danger, call 999.";
    /// The box's limit.
    BoxLimit = 429, "box_limit", "The box has answered more than usual",
        "Wait until the time in `Retry-After` has passed, or phone {duty}. If \
            somebody is in danger, call 999.";
    /// The second person is the first.
    SamePerson = 409, "same_person", "Another person must agree",
        "Ask a colleague with the same role to decide this too.";
    /// One has agreed, another must.
    SecondPersonNeeded = 409, "second_person_needed", "A second person must agree",
        "Your decision is kept. Ask a colleague with the same role to decide this too.";
    /// It is there already.
    AlreadyThere = 409, "already_there", "It is there already",
        "Look at what is there before adding another.";
    /// The password will not do.
    PasswordTooWeak = 422, "password_too_weak", "The password is too weak",
        "Choose a longer one, for example four unusual words.";
    /// The one-time code does not serve.
    EnrolmentRefused = 403, "enrolment_refused", "The enrolment was refused",
        "The code is wrong, used or expired. Ask the box's operator for a new bundle.";

    // Whether a person is shown, and whom a mistake is told to.
    /// Too many wrong tries to confirm who is calling.
    NotConfirmed = 403, "not_confirmed", "The caller is not confirmed",
        "We could not confirm who is calling. Do not say whether we know this person.";
    /// Nobody takes it.
    NobodyToTell = 422, "nobody_to_tell", "Nobody can be told through this box",
        "No service that this box can reach holds this. Phone the team whose record it \
            is, or {duty}.";

    // Whether a detail is released.
    /// The reason says too little.
    ReasonTooShort = 422, "reason_too_short", "The reason is too short",
        "Say what you need to know and why, in 15 characters or more. It is recorded, \
            and the person it is about may read it.";
    /// The reason was given before.
    ReasonRepeated = 422, "reason_repeated", "You gave this reason before",
        "Say what is different this time: the reason is, word for word, one of your last.";
    /// The form is not of this session, or another site sent it.
    FormOutdated = 403, "form_outdated", "The form is out of date",
        "Load the page again and send the form once more. Nothing was changed.";
    /// The policy says no.
    ReleaseDenied = 403, "release_denied", "This detail is not released to you for this purpose",
        "Do what the warning says, and phone the team that holds it if you need to know \
            more. If somebody is in danger, call 999.";
    /// The policy asks for a signature, which the box cannot check yet.
    SignatureRequired = 403, "signature_required", "Your own passkey must sign this request",
        "Details of this class are released only on the signature of your own passkey, \
            which this box cannot check yet. Phone the team that holds the warning; if \
            somebody is in danger, use the emergency release.";
    /// The policy asks for others who agree, which the box cannot ask for yet.
    ApprovalRequired = 403, "approval_required", "Others must agree to this release",
        "Details of this class are released only when others have agreed, whom this box \
            cannot ask yet. Phone the team that holds the warning; if somebody is in \
            danger, use the emergency release.";
    /// Only in an emergency.
    EmergencyOnly = 403, "emergency_only", "This detail is released only in an emergency",
        "Phone the team that holds the warning; it may be long past its review. If \
            somebody is in danger, use the emergency release.";
    /// The person's limit of releases.
    PersonReleaseLimit = 429, "person_release_limit", "You have asked for more details than usual",
        "Wait until the time in `Retry-After` has passed, or phone {duty}. If somebody \
            is in danger, use the emergency release, which stays open.";
    /// The limit of the detail's class.
    ClassReleaseLimit = 429, "class_release_limit", "More details of this class were released than usual",
        "Wait until the time in `Retry-After` has passed, or phone {duty}. If somebody \
            is in danger, use the emergency release, which stays open.";
    /// The box's limit of releases.
    BoxReleaseLimit = 429, "box_release_limit", "The box has released more details than usual",
        "Wait until the time in `Retry-After` has passed, or phone {duty}. If somebody \
            is in danger, call 999.";
    /// The record changed on the way, again and again.
    DetailMoved = 409, "detail_moved", "The record changed while its detail was fetched",
        "Look the address up once more, since the warning may have changed too, and try \
            again. If that fails too, phone the team that holds the warning.";
    /// The envelope does not hold what it should.
    DetailUnsound = 409, "detail_unsound", "The detail is not what it should be",
        "Nothing of it is shown and an alarm was raised. Phone the team that holds the \
            warning, and treat its instruction as standing.";
    /// It ended, or what it was of went.
    ReleaseEnded = 410, "release_ended", "This release has ended",
        "Look the address up once more, and ask again if you still need the detail.";

    // What the box cannot do now.
    /// No log, no answer.
    LogUnavailable = 503, "log_unavailable", "The log cannot be written",
        "The box must record who looks, and cannot, so it shows nothing. Nothing was \
            checked: phone {duty} before you go.";
    /// The log's disk is full; what is left of it is for emergencies.
    ReserveOnly = 503, "reserve_only", "The log's disk is full",
        "Nothing was checked: phone {duty}. The box keeps the last of its disk for \
            emergencies: if somebody is in danger, the emergency release still works.";
    /// A process is away.
    NotReady = 503, "not_ready", "The box is not ready",
        "Nothing was checked. Try again in a few seconds; if you are about to visit \
            someone, phone {duty}.";
    /// The store did not take the permit; a new one will do.
    PermitRefused = 503, "permit_refused", "The question must be asked again",
        "Nothing was checked. Ask again; if you are about to visit someone, phone {duty}.";
    /// A fault of ours.
    Unexpected = 500, "unexpected", "The box made a mistake",
        "Nothing was checked. Tell your administrator; if you are about to visit \
            someone, phone {duty}.";
}

impl Kind {
    /// The HTTP status.
    pub(crate) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code.
    pub(crate) fn code(self) -> &'static str {
        self.row().1
    }

    /// What it is.
    pub(crate) fn title(self) -> &'static str {
        self.row().2
    }

    /// What to do next, with its placeholders.
    pub(crate) fn detail(self) -> &'static str {
        self.row().3
    }

    /// When it is worth trying again, in seconds, unless the refuser knows better.
    pub(crate) fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Kind::PermitRefused => Some(1),
            Kind::NotReady => Some(5),
            Kind::LogUnavailable => Some(60),
            Kind::PersonLimit
            | Kind::BoxLimit
            | Kind::PersonReleaseLimit
            | Kind::ClassReleaseLimit
            | Kind::BoxReleaseLimit
            | Kind::ReserveOnly => Some(300),
            Kind::SignInLocked => Some(900),
            _ => None,
        }
    }

    /// Whether a signature is asked for, which the document has a member for.
    pub(crate) fn asks_for_signature(self) -> bool {
        self == Kind::SignatureRequired
    }

    /// Whether signing in may help, which a 401 must say in its headers.
    pub(crate) fn asks_for_session(self) -> bool {
        self.status() == StatusCode::UNAUTHORIZED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_a_status_that_refuses() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!(kind.status().as_u16() >= 400, "{}", kind.code());
        }
    }

    #[test]
    fn whatever_an_emergency_does_not_meet_says_that_the_emergency_release_is_open() {
        let open = Kind::ALL
            .iter()
            .filter(|kind| kind.detail().contains("emergency release"));
        let open: BTreeSet<Kind> = open.copied().collect();
        assert_eq!(open, Kind::OUTSIDE_EMERGENCIES.iter().copied().collect());
    }

    #[test]
    fn whatever_may_send_an_officer_off_unwarned_names_the_duty_line() {
        for kind in Kind::ALL
            .iter()
            .filter(|kind| kind.status().is_server_error())
        {
            assert!(kind.detail().contains("{duty}"), "{}", kind.code());
            assert!(
                kind.detail().contains("Nothing was checked"),
                "{}",
                kind.code()
            );
        }
    }
}
