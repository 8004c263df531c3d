import HearthTestKit
import Testing

@Suite("Top queries", .serialized, .timeLimit(.minutes(10)))
struct TopQueryTests {
    private func ask(_ hearth: RunningHearth, _ question: String, language: String = "en", customer: String? = nil) async throws {
        let customer = customer.map { #", "customerId": \#(JSONNode.quoted($0))"# } ?? ""
        let body = #"{"query": \#(JSONNode.quoted(question)), "language": "\#(language)"\#(customer)}"#
        #expect(try await hearth.client.post("/api/v1/cache/query", body).status == 200)
    }

    @Test("The questions asked most, exact to the last request, over a restart, in JSON, CSV and as a table")
    func top() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for number in 2...4 {
            for _ in 0...number { try await ask(hearth, "Is there parking for \(number) cars?") }
        }
        try await ask(hearth, "¿Dónde están?", language: "es")
        // One question, whichever way it is asked and looked up.
        _ = try await hearth.client.post(
            "/api/v1/cache/lookup", #"{"items": [{"query": "  is there PARKING for 4 cars", "language": "en"}]}"#)
        let top = try await hearth.client.get("/api/v1/cache/top-queries?limit=2").json
        #expect(top["queries"].items.map { $0["query"].text } == ["Is there parking for 4 cars?", "Is there parking for 3 cars?"])
        #expect(top["queries"].items.map { $0["hitCount"].integer } == [5, 3])
        #expect(top["queries"][0]["missCount"].integer == 1 && top["queries"][0]["missReason"].text == "never_stored")
        #expect(top["queries"][0]["costSavings"].number == 0.01 && top["queries"][0]["cost"].number == 0.002)
        #expect(top["queries"][0]["normalizedQuery"].text?.contains("parking") == true)
        #expect(top["queries"][0]["hidden"] == .null && top["uncounted"].integer == 0)
        let misses = try await hearth.client.get("/api/v1/cache/top-queries?kind=misses&language=es").json
        #expect(misses["queries"].items.map { $0["query"].text } == ["¿Dónde están?"])
        let table = try await hearth.client.get("/api/v1/cache/top-queries?format=csv")
        #expect(table.header("Content-Type")?.hasPrefix("text/csv") == true)
        #expect(table.text.split(separator: "\r\n").count == 4)
        let text = try await stage.run(["top", "--limit", "1"], environment: ["HEARTH_URL": hearth.url])
        #expect(text.status == 0 && text.output.contains("Is there parking for 4 cars?") && text.output.contains("$0.01"), "\(text)")
        #expect(try await stage.run(["top", "--limit", "101"], environment: ["HEARTH_URL": hearth.url]).status == 2)

        #expect(try await hearth.terminate() == .init(status: 0))
        let again = try await stage.start()
        try await ask(again, "Is there parking for 4 cars?")
        let later = try await again.client.get("/api/v1/cache/top-queries?limit=1").json
        #expect(later["queries"][0]["hitCount"].integer == 6)
        // What a spreadsheet would take for a formula is a text (S59).
        try await ask(again, "=1+2 cars, is there parking?")
        #expect(try await again.client.get("/api/v1/cache/top-queries?kind=misses&format=csv").text.contains("\"'=1+2 cars"))
        for fault in ["limit=0", "limit=101", "kind=all", "order=random", "language=xx", "category=none", "format=xml", "top=1"] {
            let answer = try await again.client.get("/api/v1/cache/top-queries?\(fault)")
            #expect(answer.status == 400 && !answer.json["details"].items.isEmpty, "\(fault)")
        }
    }

    @Test("Without original texts a text is shown once three customers have asked, whichever way their requests were answered")
    func privacy() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            environment: ["HEARTH_STORE_QUERIES": "false", "HEARTH_CUSTOMER_KEY": "a key of sixteen characters"])
        for name in ["ann", "ann", "ben"] { try await ask(hearth, "Do you sell gift cards?", customer: "customer-\(name)") }
        for _ in 0..<5 { try await ask(hearth, "Do you sell gift cards?") }
        var query = try await hearth.client.get("/api/v1/cache/top-queries").json["queries"][0]
        #expect(query["hitCount"].integer == 7)
        #expect(query["query"] == .null && query["normalizedQuery"] == .null && query["hidden"].text == "fewer_than_three_customers")
        let table = try await stage.run(["top"], environment: ["HEARTH_URL": hearth.url])
        #expect(table.output.contains("fewer than 3 customers") && !table.output.contains("gift"))
        try await ask(hearth, "Do you sell gift cards?", customer: "customer-cid")
        query = try await hearth.client.get("/api/v1/cache/top-queries").json["queries"][0]
        #expect(query["query"] == .null && query["hidden"].text == "original_not_kept")
        #expect(query["normalizedQuery"].text?.contains("gift cards") == true)
        let long = String(repeating: "x", count: 257)
        let refused = try await hearth.client.post(
            "/api/v1/cache/query", #"{"query": "Do you sell gift cards?", "customerId": "\#(long)"}"#)
        #expect(refused.status == 400 && refused.json["details"][0]["field"].text == "customerId")
        #expect(try await hearth.terminate() == .init(status: 0))
        // No name of a customer is anywhere in the data.
        #expect(stage.bytes("hearth.sqlite")?.isEmpty == false)
        for file in ["hearth.sqlite", "hearth.sqlite-wal"] {
            #expect(!(stage.bytes(file) ?? []).contains(subsequence: Array("customer-".utf8)), "\(file)")
        }
    }
}
