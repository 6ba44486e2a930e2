//! The gate's process: furnishes the rooms, opens both doors, and closes them
//! when it is told to.

use std::net::TcpListener;
use std::sync::Arc;

use firebox_contract::Vocabulary;
use firebox_protocol::{Settings, Stop};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::call::Listener;
use crate::front::Front;
use crate::host::Hosts;
use crate::limits::Limits;
use crate::rooms::Rooms;
use crate::serve::{self, Door};
use crate::tally::Tally;
use crate::{Keys, Listeners, calls, tls};

/// Serves until a signal says to end.
pub(crate) fn run(
    settings: &Settings,
    vocabulary: Vocabulary,
    keys: &Keys,
    listeners: Listeners,
) -> Result<(), Stop> {
    // One thread. A question is short steps with waits between them; on several
    // threads each step wakes another one, which cost a sixth of a look-up and
    // more when measured on two cores. The keeper's one log is slower than this
    // thread, so more of them would only wait. What is ready together is also
    // written to keeper and store together.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| {
            Stop::operating_system("the kernel gives no threads: raise the limit of tasks")
        })?;
    runtime.block_on(async {
        let (told, stop) = watch::channel(false);
        let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
        let limits = [Limits::public(), Limits::intake()];
        let serving = open(settings, vocabulary, keys, listeners, limits, stop)?;
        tokio::pin!(serving);
        log::info!("serving");
        tokio::select! {
            () = &mut serving => return Ok(()),
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        log::info!("ending");
        told.send_replace(true);
        serving.await;
        Ok(())
    })
}

fn no_signals(_: std::io::Error) -> Stop {
    Stop::operating_system("the kernel gives no signals: restart the box")
}

/// Opens both doors. The future ends some time after `stop` became true; its
/// parts that can fail have been tried when this returns.
pub(crate) fn open(
    settings: &Settings,
    vocabulary: Vocabulary,
    keys: &Keys,
    listeners: Listeners,
    limits: [Limits; 2],
    stop: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + use<>, Stop> {
    let rooms = Rooms::new(settings, vocabulary)?;
    let [public_limits, intake_limits] = limits;
    let (public, public_port) = inherited(listeners.public)?;
    let (intake, _) = inherited(listeners.intake)?;
    let hosts = Hosts::new(&settings.hosts, public_port);
    let duty_line = settings.duty_line.spoken();
    let public_door = Door {
        front: front(
            Listener::Public,
            &rooms,
            Some(hosts),
            &duty_line,
            public_limits,
        ),
        tls: tls::public(keys)?,
        limits: public_limits,
        agents_only: false,
    };
    let intake_door = Door {
        front: front(Listener::Intake, &rooms, None, &duty_line, intake_limits),
        tls: tls::intake(keys)?,
        limits: intake_limits,
        agents_only: true,
    };
    Ok(serve_both(
        (public_door, public),
        (intake_door, intake),
        stop,
    ))
}

fn front(
    listener: Listener,
    rooms: &Rooms,
    hosts: Option<Hosts>,
    duty_line: &str,
    limits: Limits,
) -> Front {
    let name = match listener {
        Listener::Public => "public",
        Listener::Intake => "intake",
    };
    Front {
        calls: calls::router(listener, rooms.clone()),
        hosts,
        duty_line: duty_line.to_owned(),
        request: limits.request,
        tally: Arc::new(Tally::new(name)),
    }
}

type Opened = (Door, tokio::net::TcpListener);

async fn serve_both(public: Opened, intake: Opened, stop: watch::Receiver<bool>) {
    let tallies = [public.0.front.tally.clone(), intake.0.front.tally.clone()];
    let reports = async { tokio::join!(tallies[0].report(), tallies[1].report()) };
    let both = async {
        tokio::join!(
            serve::listen(Arc::new(public.0), public.1, stop.clone()),
            serve::listen(Arc::new(intake.0), intake.1, stop.clone()),
        )
    };
    tokio::select! {
        _ = both => {}
        _ = reports => {}
    }
}

/// Takes an inherited socket into the runtime; gives its port too.
fn inherited(listener: TcpListener) -> Result<(tokio::net::TcpListener, u16), Stop> {
    let refuse = |_| {
        Stop::operating_system(
            "an inherited socket cannot be used: start the gate through its parent",
        )
    };
    listener.set_nonblocking(true).map_err(refuse)?;
    let port = listener.local_addr().map_err(refuse)?.port();
    Ok((
        tokio::net::TcpListener::from_std(listener).map_err(refuse)?,
        port,
    ))
}
