import HearthDrivers

/// Where the requests of one connection come from; used on its event loop only.
final class ConnectionOrigin {
    let address: CallerAddress
    /// The credential that was last let in over this connection, so that it is noted once.
    var noted: Fingerprint?

    init(address: CallerAddress) {
        self.address = address
    }
}
