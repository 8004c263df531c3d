import HearthPages
import Testing

@Suite("The text for programs")
struct WelcomeTextTests {
    @Test("It has every address and says when answers are invented")
    func addresses() {
        let model = WelcomeText.Model(version: "0.1.0", profile: "development", isSimulated: true, serviceURL: "http://127.0.0.1:4327")
        let text = String(decoding: WelcomeText.render(model), as: UTF8.self)
        for path in ["/api/v1/cache/query", "/admin/cache-analytics", "/docs", "/openapi.yaml", "/metrics", "/healthz", "/readyz"] {
            #expect(text.contains("http://127.0.0.1:4327" + path))
        }
        #expect(text.contains("SIMULATED") && text.hasSuffix("\n"))
    }
}
