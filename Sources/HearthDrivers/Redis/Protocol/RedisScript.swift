import Crypto

/// A Lua script, sent by its digest and in full only to a server that does not know it.
package struct RedisScript: Sendable {
    package let source: String
    /// SHA-1 of the source, as the server names scripts.
    package let digest: String

    package init(_ source: String) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        digest = String(
            decoding: Insecure.SHA1.hash(data: Array(source.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// A call of the script.
    package struct Call: Sendable {
        package let script: RedisScript
        package let keys: [String]
        package let arguments: [[UInt8]]

        package init(_ script: RedisScript, keys: [String], arguments: [[UInt8]]) {
            self.script = script
            self.keys = keys
            self.arguments = arguments
        }

        package init(_ script: RedisScript, keys: [String], texts: [String]) {
            self.init(script, keys: keys, arguments: texts.map { Array($0.utf8) })
        }

        var byDigest: RedisCommand { command("EVALSHA", script.digest) }
        var inFull: RedisCommand { command("EVAL", script.source) }

        private func command(_ name: String, _ body: String) -> RedisCommand {
            RedisCommand([Array(name.utf8), Array(body.utf8), Array("\(keys.count)".utf8)] + keys.map { Array($0.utf8) } + arguments)
        }
    }
}
