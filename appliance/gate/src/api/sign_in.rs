//! `POST /api/v1/sign-in`: name, password and code become a session.

use axum::Json as Answer;
use axum::extract::State;
use firebox_protocol::Password;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::json::Json;
use crate::keeper_client::KeeperClient;
use crate::moment::rfc3339;
use crate::problem::{Kind, Problem};

pub(crate) fn call() -> Call {
    Call::post("/api/v1/sign-in", "signIn", sign_in)
        .about("Signs a person in. Anyone may try; several wrong tries lock the name for a while.")
        .taking::<SignIn>()
        .giving::<SignedIn>(
            200,
            "Signed in; send the session as `Authorization: Bearer`.",
        )
        .refusing(&[
            Kind::SignInWrong,
            Kind::SignInLocked,
            Kind::LogUnavailable,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

/// Who wants to sign in. No `Debug`: it holds a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The name they sign in with.
    person: String,
    /// Their password.
    #[schemars(with = "String")]
    password: Password,
    /// The six digits their app shows, when they have one.
    totp: Option<String>,
}

/// A session.
#[derive(Serialize, JsonSchema)]
struct SignedIn {
    /// The session's token. A secret: whoever has it is this person.
    session: String,
    /// The name they signed in with.
    person: String,
    /// Their roles.
    roles: Vec<String>,
    /// The session's end (RFC 3339).
    expires_at: String,
}

async fn sign_in(
    State(keeper): State<KeeperClient>,
    Json(body): Json<SignIn>,
) -> Result<Answer<SignedIn>, Problem> {
    let (session, of) = keeper
        .sign_in(body.person, body.password, body.totp)
        .await?;
    let expires_at = Timestamp::from_millisecond(of.expires_at_ms)
        .map_err(|_| Problem::new(Kind::Unexpected))?;
    Ok(Answer(SignedIn {
        session: session.expose().to_owned(),
        person: of.person,
        roles: of.roles,
        expires_at: rfc3339(expires_at),
    }))
}
