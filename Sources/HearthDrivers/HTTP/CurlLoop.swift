import CCurl
import Glibc

/// The work of the client's thread: it drives all transfers of one multi handle until it is told to stop.
final class CurlLoop {
    private let mailbox: CurlMailbox
    private let limits: CurlClient.Limits
    private let multi: CurlMultiHandle
    private var transfers: [UInt: CurlTransfer] = [:]
    private var identities: [UInt64: UInt] = [:]

    /// Nil when libcurl cannot be set up.
    init?(mailbox: CurlMailbox, limits: CurlClient.Limits) {
        guard let multi = CurlMultiHandle() else { return nil }
        multi.set(CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.maximumConnections)
        multi.set(CURLMOPT_MAXCONNECTS, limits.maximumConnections)
        self.multi = multi
        self.mailbox = mailbox
        self.limits = limits
    }

    func run() {
        var isStopping = false
        while !isStopping {
            // Before the look: what comes after it wakes again.
            mailbox.alarm.clear()
            let delivery = mailbox.collect()
            isStopping = delivery.isStopping
            for pending in delivery.submitted { start(pending) }
            for id in delivery.cancelled { end(id, with: .cancelled) }
            for id in delivery.resumed { goOn(id) }
            guard !isStopping else { break }
            _ = multi.perform()
            while let (identity, result) = multi.nextFinished() { finish(identity, result) }
            // Wake-ups and libcurl's timers end the wait earlier; the limit only bounds the damage of a lost one.
            if multi.poll(alarm: mailbox.alarm, milliseconds: 10_000) != CURLM_OK { usleep(10_000) }
        }
        mailbox.refuseAll()
        // A request that was submitted between the last look and this moment.
        for pending in mailbox.collect().submitted { start(pending) }
        for id in identities.keys { end(id, with: .shutDown) }
    }

    private func start(_ pending: PendingTransfer) {
        guard let transfer = CurlTransfer(pending, limits: limits) else {
            refuse(pending, CURLE_OUT_OF_MEMORY)
            return
        }
        let code = transfer.configure(limits: limits)
        guard code == CURLE_OK, multi.add(transfer.easy) == CURLM_OK else {
            refuse(pending, code == CURLE_OK ? CURLE_FAILED_INIT : code)
            return
        }
        transfers[transfer.easy.identity] = transfer
        identities[transfer.id] = transfer.easy.identity
    }

    private func refuse(_ pending: PendingTransfer, _ code: CURLcode) {
        mailbox.close(pending.id)
        let kind = HTTPClientError.Kind(curlCode: code, wasConnected: false)
        // libcurl's text for a code is a constant.
        let detail = unsafe String(cString: curl_easy_strerror(code))
        pending.reply.resolve(.failure(HTTPClientError(kind: kind, host: pending.request.host, detail: detail)))
    }

    private func finish(_ identity: UInt, _ result: CURLcode) {
        guard let transfer = remove(identity) else { return }
        transfer.finish(result)
    }

    private func end(_ id: UInt64, with kind: HTTPClientError.Kind) {
        guard let identity = identities[id], let transfer = remove(identity) else { return }
        transfer.fail(kind)
    }

    private func goOn(_ id: UInt64) {
        guard let identity = identities[id], let transfer = transfers[identity] else { return }
        transfer.easy.goOn()
    }

    private func remove(_ identity: UInt) -> CurlTransfer? {
        guard let transfer = transfers.removeValue(forKey: identity) else { return nil }
        identities[transfer.id] = nil
        multi.remove(transfer.easy)
        mailbox.close(transfer.id)
        return transfer
    }
}
