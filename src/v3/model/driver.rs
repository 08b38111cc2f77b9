//! Runs a call on a store to its end.

use super::{Model, Refusal};
use crate::api::error::Error;
use crate::api::request::Request;
use crate::v3::call::{Call, Exchange, Memory, Step};
use crate::v3::pb::TxnResponse;
use serde_json::Value;
use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The end of a call: its HTTP status, its JSON, and how many transactions it needed.
#[derive(Debug, PartialEq)]
pub struct End {
    pub status: u16,
    pub body: Value,
    pub exchanges: usize,
}

/// Where transactions are sent.
pub trait Server {
    fn exchange(&mut self, exchange: &Exchange) -> Result<TxnResponse, Refusal>;
    /// The seconds that a lease has left.
    fn life(&mut self, lease: i64) -> i64;
}

impl Server for Model {
    fn exchange(&mut self, exchange: &Exchange) -> Result<TxnResponse, Refusal> {
        self.leases.extend(exchange.grant.map(|grant| grant.lease));
        self.txn(&exchange.txn)
    }

    fn life(&mut self, lease: i64) -> i64 {
        lease
    }
}

/// A moment on a whole second, as ids of leases tell quarters of one.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_764_158_400)
}

/// Runs a call; the parameters that etcd refuses are an answer too.
pub fn run(request: &Request, memory: &Memory, server: &mut impl Server) -> End {
    run_at(request, memory, server, now()).unwrap_or_else(|error| match error.kind {
        crate::api::error::Kind::Api(body) => End {
            status: error.status.unwrap(),
            body,
            exchanges: 0,
        },
        other => panic!("{other:?}"),
    })
}

/// Runs a call at a moment.
pub fn run_at(
    request: &Request,
    memory: &Memory,
    server: &mut impl Server,
    now: SystemTime,
) -> Result<End, Error> {
    let mut call = Call::new(request, memory, now)?;
    let mut step = call.first();
    let mut exchanges = 0;
    loop {
        step = match step {
            Step::Send(exchange) => {
                exchanges += 1;
                match server.exchange(&exchange) {
                    Ok(response) => call.answered(response, now),
                    Err(Refusal::LeaseNotFound) => call.lease_refused(false, now),
                    Err(Refusal::PermissionDenied) => call.denied(memory).unwrap(),
                    Err(other) => panic!("{other:?}: {exchange:?}"),
                }
            }
            Step::AskLives(leases) => {
                let lives = leases.iter().map(|lease| (*lease, server.life(*lease)));
                call.lives(&lives.collect::<HashMap<_, _>>(), now)
            }
            Step::Done(answer) => return Ok(end(answer.status, &answer.body, exchanges)),
            Step::Failed(error) => return Ok(end(error.status, &error.body, exchanges)),
        };
    }
}

fn end(status: u16, body: &str, exchanges: usize) -> End {
    End {
        status,
        body: serde_json::from_str(body).unwrap(),
        exchanges,
    }
}
