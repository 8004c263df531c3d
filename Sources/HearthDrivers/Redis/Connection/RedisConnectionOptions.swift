package import HearthTelemetry

/// How connections to Redis behave.
package struct RedisConnectionOptions: Sendable {
    package var time: any TimeSource
    /// For the network and TLS.
    package var connectTimeout = Duration.seconds(2)
    /// For login, name and database together.
    package var handshakeTimeout = Duration.seconds(2)
    /// A connection on which nothing has come for less than this is not given up: a server that is slow is no dead one, and a new
    /// connection to it would be no faster.
    package var minimumSilence = Duration.seconds(1)
    /// Shown by CLIENT LIST on the server.
    package var clientName = "hearth"
    /// A certificate authority's file, where the system's do not know the server's certificate.
    package var trustedCertificates: String?
    /// Whether a replica or a sentinel will do; else only a master.
    var acceptsAnyRole = false
    var replyLimits = RedisReplyReader.Limits()
    /// See ``RedisPipeline``; true but for one test.
    var keepsSlots = true

    package init(time: any TimeSource = SystemTimeSource()) {
        self.time = time
    }
}
