//! The time to live that a call gives its key.

use crate::v3::lease_id;
use std::time::{Duration, SystemTime};

/// The grant of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub lease: i64,
    /// The seconds that were asked for: 0 too. etcd takes 1 at least and gives its own minimum: the caller revokes the lease when
    /// these seconds are over.
    pub ttl: u64,
}

/// The time to live of a call, and its lease.
#[derive(Debug)]
pub struct Lifetime {
    grant: Option<Grant>,
    is_granted: bool,
}

impl Lifetime {
    /// A time to live above [`lease_id::LONGEST`] gives no lease: the key does not expire.
    pub fn new(ttl: Option<u64>, now: SystemTime) -> Self {
        let ttl = ttl.filter(|ttl| *ttl <= lease_id::LONGEST);
        let mut lifetime = Lifetime {
            grant: ttl.map(|ttl| Grant { lease: 0, ttl }),
            is_granted: false,
        };
        lifetime.renew(now);
        lifetime
    }

    /// Another lease, which has to be granted.
    pub fn renew(&mut self, now: SystemTime) {
        if let Some(grant) = &mut self.grant {
            grant.lease = lease_id::generate(now + Duration::from_secs(grant.ttl));
            self.is_granted = false;
        }
    }

    /// The lease and its expiry, if there is one.
    pub fn granted(&self, now: SystemTime) -> Option<(i64, SystemTime)> {
        let grant = self.grant?;
        let expiry = now.checked_add(Duration::from_secs(grant.ttl))?;
        Some((grant.lease, expiry))
    }

    /// The lease; 0 without a time to live.
    pub fn lease(&self) -> i64 {
        self.grant.map_or(0, |grant| grant.lease)
    }

    /// The grant, the first time.
    pub fn grant(&mut self) -> Option<Grant> {
        let was_granted = std::mem::replace(&mut self.is_granted, true);
        self.grant.filter(|_| !was_granted)
    }
}
