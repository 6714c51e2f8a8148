//! Address ranges, as `10.0.0.0/8`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;

impl Network {
    /// Whether the address is in the range. An IPv4 address in IPv6 clothes is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && first(address, self.prefix) == self.address
    }

    /// Reads a range or a single address; the error is a sentence with the remedy.
    pub(super) fn parse(text: &str) -> Result<Network, String> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let unreadable = || "It must be an address or a range, as \"10.0.0.0/8\".".to_owned();
        let address: IpAddr = address.trim().parse().map_err(|_| unreadable())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix: u8 = match prefix {
            None => bits,
            Some(prefix) => prefix.trim().parse().map_err(|_| unreadable())?,
        };
        if prefix > bits {
            return Err(format!("The number after / is at most {bits}."));
        }
        if prefix == 0 {
            return Err(
                "That is everybody: any client could then say it has any address. Name your proxies.".to_owned(),
            );
        }
        let base = first(address, prefix);
        if base != address {
            return Err(format!(
                "That address is inside a range: write \"{base}/{prefix}\" for the range, or \"{address}\" for the one address."
            ));
        }
        Ok(Network { address, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The first address of the range of that size which holds the address.
fn first(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}
