import HearthTelemetry
import HearthUpstream

extension UpstreamError {
    /// The same error, after the first bytes: the provider has worked, and may charge for it.
    var inTheMiddle: UpstreamError {
        guard kind == .network, streamFault == nil else { return self }
        var error = self
        error.streamFault = .cut
        return error
    }

    /// Why a stream broke off, as it is counted.
    var streamEnd: GatewayInstruments.StreamEnd {
        switch streamFault {
        case .idle: .idle
        case .tooLarge: .tooLarge
        case .invalid: .invalid
        case .reported: .reported
        case .cut: .reset
        case nil:
            switch kind {
            case .timeout: .deadline
            case .cancelled, .shutDown: .clientGone
            case .invalidAnswer: .invalid
            case .rateLimited, .auth, .clientError, .serverError, .network, .overloaded, .breakerOpen, .budgetExhausted: .reset
            }
        }
    }
}
