//! Places that are counted twice: so many in all, and so many of them for one client, so that nobody takes them all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Who counts as one client: an IPv4 address, or the /64 network that one customer has in IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl ClientNetwork {
    /// The network of this address. An IPv4 address in the form of IPv6 is that IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// All are taken.
    AtAll,
    /// The client has as many as one may have.
    ForClient,
}

/// Places for one kind of thing. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Places(Arc<Mutex<Taken>>);

struct Taken {
    limit: usize,
    limit_of_client: usize,
    all: usize,
    of_client: HashMap<ClientNetwork, usize>,
}

impl Places {
    /// So many places, and so many of them for one client.
    pub fn new(limit: usize, limit_of_client: usize) -> Self {
        Self(Arc::new(Mutex::new(Taken { limit, limit_of_client, all: 0, of_client: HashMap::new() })))
    }

    /// A place for this client, given back when it is dropped.
    ///
    /// # Errors
    /// [`NoPlace`]; the client's own limit is named first, since it is the one that the client can do something about.
    pub fn take(&self, client: ClientNetwork) -> Result<Place, NoPlace> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.of_client.get(&client).copied().unwrap_or(0);
        if count >= taken.limit_of_client {
            return Err(NoPlace::ForClient);
        }
        if taken.all >= taken.limit {
            return Err(NoPlace::AtAll);
        }
        taken.all = taken.all.saturating_add(1);
        taken.of_client.insert(client, count.saturating_add(1));
        Ok(Place { places: self.clone(), client })
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

/// A place that is taken until this is dropped.
pub struct Place {
    places: Places,
    client: ClientNetwork,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let left = taken.of_client.get(&self.client).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            taken.of_client.remove(&self.client);
        } else {
            taken.of_client.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> ClientNetwork {
        ClientNetwork::of(address.parse().expect("the tests' addresses are addresses"))
    }

    /// Goal: who has many addresses for nothing counts once; neighbours do not count together.
    #[test]
    fn a_client_is_an_address_or_a_network() {
        #[rustfmt::skip]
        let rows = [
            ("192.0.2.1",           "192.0.2.1",               true),
            ("192.0.2.1",           "192.0.2.2",               false),
            ("192.0.2.1",           "::ffff:192.0.2.1",        true),
            ("2001:db8:1:2::1",     "2001:db8:1:2:3:4:5:6",    true),
            ("2001:db8:1:2::1",     "2001:db8:1:3::1",         false),
        ];
        for (one, other, same) in rows {
            assert_eq!(client(one) == client(other), same, "{one} and {other}");
        }
    }

    /// Goal: at either limit there is a place, one above there is none, and a place that is given back is there again.
    #[test]
    fn both_limits_hold() {
        let places = Places::new(3, 2);
        let (one, other) = (client("192.0.2.1"), client("192.0.2.2"));
        let first = places.take(one).ok();
        let _second = places.take(one).expect("the client's last");
        assert_eq!(places.take(one).err(), Some(NoPlace::ForClient));
        let _third = places.take(other).expect("the last of all");
        assert_eq!(places.take(other).err(), Some(NoPlace::AtAll));
        assert_eq!(places.taken(), 3);
        drop(first);
        assert_eq!(places.taken(), 2);
        let _again = places.take(other).expect("a place that was given back");
    }
}
