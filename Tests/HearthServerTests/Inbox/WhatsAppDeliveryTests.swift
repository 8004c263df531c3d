import Foundation
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("What a delivery carries")
struct WhatsAppDeliveryTests {
    private static let now = Timestamp(seconds: 1_795_368_664)

    private static func delivery(_ value: String, field: String = "messages") -> WhatsAppDelivery? {
        WhatsAppDelivery(
            #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"\#(field)","value":\#(value)}]}]}"#.utf8,
            receivedAt: now)
    }

    private static func value(_ messages: String, channel: String = "10987") -> String {
        #"{"messaging_product":"whatsapp","metadata":{"phone_number_id":"\#(channel)"},"messages":[\#(messages)]}"#
    }

    @Test("Texts and buttons are messages, with the sender's clock where it is near")
    func messages() throws {
        let delivery = try #require(
            Self.delivery(
                Self.value(
                    #"{"id":"wamid.1","from":"34600111222","timestamp":"1795368600","type":"text","text":{"body":"Hola"}},"#
                        + #"{"id":"wamid.2","from":"34600111222","timestamp":"9","type":"button","button":{"text":"Sí"}},"#
                        + #"{"id":"wamid.3","from":"34600111222","type":"interactive","interactive":{"button_reply":{"id":"a","title":"No"}}}"#
                )))
        #expect(delivery.messages.map(\.text) == ["Hola", "Sí", "No"])
        #expect(delivery.messages.map(\.channel) == ["10987", "10987", "10987"])
        #expect(delivery.messages[0].writtenAt == Timestamp(seconds: 1_795_368_600))
        #expect(delivery.messages[1].writtenAt == Self.now)
        #expect(delivery.ignored == 0)
    }

    @Test(
        "What has no text, or could not be answered, is ignored",
        arguments: [
            #"{"id":"wamid.1","from":"34600111222","type":"image","image":{"id":"5"}}"#,
            #"{"from":"34600111222","type":"text","text":{"body":"x"}}"#,
            #"{"id":"wamid.1","from":"../me","type":"text","text":{"body":"x"}}"#,
            #"{"id":"wamid.1","from":"1","type":"text","text":{"body":""}}"#,
            #"{"id":"wamid.1","from":"1","type":"text","text":{"body":"\u0000\u0000"}}"#,
            #"{"id":"wamid.1","from":"1","type":"a_future_type"}"#, "7",
        ])
    func ignored(message: String) throws {
        let delivery = try #require(Self.delivery(Self.value(message)))
        #expect(delivery.messages.isEmpty && delivery.ignored == 1)
    }

    @Test("NULs are left out of a text: what stands behind them must not be lost in a database")
    func nulls() throws {
        let given = #"{"id":"wamid.1","from":"1","type":"text","text":{"body":"\u0000Where\u0000 are you?"}}"#
        let delivery = try #require(Self.delivery(Self.value(given)))
        #expect(delivery.messages.map(\.text) == ["Where are you?"] && delivery.ignored == 0)
    }

    @Test("Statuses and changes of other fields are ignored; an address from a delivery is never used")
    func others() throws {
        let statuses = try #require(
            Self.delivery(#"{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"a","status":"read"},{"id":"b"}]}"#))
        #expect(statuses.messages.isEmpty && statuses.ignored == 2)
        #expect(Self.delivery("{}", field: "account_update")?.ignored == 1)
        let message = #"{"id":"wamid.1","from":"1","type":"text","text":{"body":"x"}}"#
        #expect(Self.delivery(Self.value(message, channel: "1/../../me"))?.messages.isEmpty == true)
    }

    @Test("What is no delivery", arguments: ["", "[]", "{}", #"{"object":"page","entry":[]}"#, #"{"object":"whatsapp_business_account"}"#])
    func none(body: String) {
        #expect(WhatsAppDelivery(body.utf8, receivedAt: Self.now) == nil)
    }
}
