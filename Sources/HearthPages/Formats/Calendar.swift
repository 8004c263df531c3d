import HearthTelemetry

/// Moments as readers of a language write them, on a 24-hour clock in a zone.
struct Calendar: Sendable {
    let language: Language
    let zone: PageZone
    private let names: DateNames

    init(_ language: Language, zone: PageZone) {
        self.language = language
        self.zone = zone
        names = DateNames.of(language)
    }

    /// The parts of a moment in the zone.
    struct Reading {
        var date: CivilDate
        /// 0 is Sunday.
        var weekday: Int
        var hour: Int
        var minute: Int
        var second: Int
    }

    func read(_ moment: Timestamp) -> Reading {
        let local = zone.local(moment)
        let days = local.milliseconds.flooredQuotient(by: 86_400_000)
        let seconds = Int((local.milliseconds - days * 86_400_000) / 1000)
        return Reading(
            date: CivilDate(daysSinceEpoch: days), weekday: Int(((days + 4) % 7 + 7) % 7), hour: seconds / 3600, minute: seconds / 60 % 60,
            second: seconds % 60)
    }

    /// `17:40`.
    func clock(_ moment: Timestamp) -> String {
        let reading = read(moment)
        return Self.two(reading.hour) + ":" + Self.two(reading.minute)
    }

    /// `17:40:04`.
    func clockWithSeconds(_ moment: Timestamp) -> String { clock(moment) + ":" + Self.two(read(moment).second) }

    /// `22 Nov`.
    func day(_ moment: Timestamp) -> String { names.day(read(moment).date) }

    /// `22 Nov 2026`.
    func date(_ moment: Timestamp) -> String { date(read(moment).date) }

    /// `22 Nov 2026`, the same in every zone.
    func date(_ date: CivilDate) -> String { names.day(date) + names.beforeYear + String(date.year) }

    /// `Nov 2026`.
    func shortMonth(_ moment: Timestamp) -> String {
        let date = read(moment).date
        return names.shortMonths[date.month - 1] + " " + String(date.year)
    }

    /// `November 2026`.
    func month(_ month: CivilMonth) -> String { names.months[month.month - 1] + names.beforeYear + String(month.year) }

    /// `Sun 22 Nov 17:40 UTC`.
    func moment(_ moment: Timestamp) -> String {
        "\(names.weekdays[read(moment).weekday]) \(day(moment)) \(clock(moment)) \(abbreviation(moment))"
    }

    /// `22 Nov 2026 17:40:04 UTC`.
    func fullMoment(_ moment: Timestamp) -> String { "\(date(moment)) \(clockWithSeconds(moment)) \(abbreviation(moment))" }

    /// `22 Nov 2026 17:40:04.120 UTC`, for what happened in one run.
    func exactMoment(_ moment: Timestamp) -> String {
        let milliseconds = String((moment.milliseconds % 1000 + 1000) % 1000 + 1000).dropFirst()
        return "\(date(moment)) \(clockWithSeconds(moment)).\(milliseconds) \(abbreviation(moment))"
    }

    func abbreviation(_ moment: Timestamp) -> String { zone.offset(at: moment).abbreviation }

    /// The beginning of a bucket, as precise as the bucket is.
    func bucket(_ moment: Timestamp, length: BucketLength) -> String {
        switch length {
        case .minute, .hour: self.moment(moment)
        case .day: "\(names.weekdays[read(moment).weekday]) \(date(moment))"
        case .week: date(moment)
        case .month: shortMonth(moment)
        }
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// Names of months and days of the week, in the form that stands beside a number; after CLDR 47.
struct DateNames: Sendable {
    var shortMonths: [String]
    /// As they stand alone.
    var months: [String]
    /// From Sunday.
    var weekdays: [String]
    var beforeMonth = " "
    var beforeYear = " "

    func day(_ date: CivilDate) -> String { "\(date.day)\(beforeMonth)\(shortMonths[date.month - 1])" }

    static func of(_ language: Language) -> DateNames {
        switch language {
        case .en:
            DateNames(
                shortMonths: words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
                months: words("January February March April May June July August September October November December"),
                weekdays: words("Sun Mon Tue Wed Thu Fri Sat"))
        case .es:
            DateNames(
                shortMonths: words("ene feb mar abr may jun jul ago sept oct nov dic"),
                months: words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
                weekdays: words("dom lun mar mié jue vie sáb"))
        case .pt:
            DateNames(
                shortMonths: words("jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
                months: words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
                weekdays: words("dom. seg. ter. qua. qui. sex. sáb."))
        case .ru:
            DateNames(
                shortMonths: words("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек."),
                months: words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
                weekdays: words("вс пн вт ср чт пт сб"))
        case .he:
            DateNames(
                shortMonths: words("ינו׳ פבר׳ מרץ אפר׳ מאי יוני יולי אוג׳ ספט׳ אוק׳ נוב׳ דצמ׳"),
                months: words("ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"),
                weekdays: words("א׳ ב׳ ג׳ ד׳ ה׳ ו׳ ש׳"), beforeMonth: " ב")
        }
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
