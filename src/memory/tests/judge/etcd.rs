//! A running etcd, asked through the client of its v2 API.

use crate::api::error::Error;
use crate::api::outcome::Outcome;
use crate::api::request::{Request, Stats, Wait};
use crate::client::{Api, Client, Store};
use crate::cluster::{Host, Hosts};
use crate::net::Settings;
use serde_json::Value;
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Much longer than any answer takes.
const LONG: Duration = Duration::from_secs(20);

/// The tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// A running etcd.
pub struct Etcd {
    _turn: MutexGuard<'static, ()>,
    runtime: Runtime,
    client: Arc<Client>,
}

/// What a call brought.
pub type Result = std::result::Result<Outcome, Error>;

impl Etcd {
    /// The etcd that the environment names.
    pub fn of_environment() -> Option<Self> {
        let Ok(url) = env::var("ETCDJS_TEST_URL") else {
            println!("skipped: ETCDJS_TEST_URL names no etcd");
            return None;
        };
        let settings = Settings {
            connect_timeout: Some(LONG),
            max_response_size: usize::MAX,
            ..Settings::default()
        };
        let store = Store::Cluster {
            api: Api::V2,
            exact_created_index: false,
        };
        let hosts = Hosts::new(vec![Host::parse(&url)]);
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(async { Client::new(hosts, settings, None, store) });
        Some(Etcd {
            _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner),
            runtime,
            client: Arc::new(client.unwrap()),
        })
    }

    pub fn call(&self, request: Request) -> Result {
        let ended = self.client.execute(request, None);
        let ended = self.runtime.block_on(async { timeout(LONG, ended).await });
        ended.unwrap().result
    }

    /// Sends a wait.
    pub fn wait(&self, wait: Wait) -> JoinHandle<Result> {
        let ended = self.client.execute(Request::Wait(wait), None);
        self.runtime.spawn(async { ended.await.result })
    }

    /// What a wait brought that must have ended.
    pub fn end_of(&self, wait: &mut JoinHandle<Result>) -> Result {
        let ended = self.runtime.block_on(async { timeout(LONG, wait).await });
        ended.expect("etcd tells the wait of the event").unwrap()
    }

    /// The waits that are registered.
    pub fn watchers(&self) -> usize {
        let outcome = self.call(Request::Stats(Stats::Store)).unwrap();
        let stats: Value = serde_json::from_str(&outcome.body.unwrap()).unwrap();
        stats["watchers"].as_u64().unwrap().try_into().unwrap()
    }
}
