import HearthTelemetry

extension QuestionPair {
    /// Pairs that look alike and mean something else: they must never share a key.
    static let different: [QuestionPair] =
        differentEnglish + differentRussian + differentSpanish + differentPortuguese + differentHebrew

    private static let differentEnglish = table(
        .en,
        """
        price for 2 | price for 3
        open on Monday | not open on Monday
        from Paris to London | from London to Paris
        cut with colour | cut without colour
        at 10:30 | at 1:30
        at 10:30 | at 10 30
        is A better than B | is B better than A
        What is C++? | What is C#?
        What is C++? | What is C?
        What is C #? | What is C?
        Does Anna pay Maria? | Does Maria pay Anna?
        see you at five 👍 | see you at five 👎
        Do you sell gift cards? | Do you sell gift card for two?
        How much is 10² | How much is 102
        1½ hours | 11/2 hours
        Is 5 > 3? | Is 5 < 3?
        What is 5 + 3? | What is 5 - 3?
        What is 5+3? | What is 5-3?
        What is 2*3? | What is 2/3?
        What is 5 * 3? | What is 5 / 3?
        price in $ | price in €
        $5 10 | 5 $10
        costs 1.5 | costs 15
        costs .5 | costs 5
        costs 1,500 | costs 1 500
        open 9-10 | open 9 10
        20% off | 20 off
        price Paris London | price London Paris
        price Paris -> London | price London -> Paris
        how much is a massage oil | how much is an oil massage
        Do only you cut hair? | Do you cut only hair?
        Are you open before Monday? | Are you open after Monday?
        cheaper than a manicure? | cheaper manicure?
        How do you say please? | How do you say thank you?
        What does "the" mean? | What does "a" mean?
        difference between a and the | difference between and
        were you open the last week | were you open last week
        Do you ship to the US? | Do you ship to us?
        a few minutes | few minutes
        résumé help | resume help
        Is the resume OK? | Is the résumé OK?
        5' wig | 5" wig
        5' wig | 5 wig
        temperature -5 | temperature 5
        haircut ♀ price | haircut ♂ price
        how much 💅 | how much 💇
        thank you card price | card price
        Hello Kitty nails price | Kitty nails price
        can't you open | can you open
        don't open on Monday | open on Monday
        how much is one haircut | how much is a haircut
        open Monday to Friday | open Monday Friday
        first cut then colour | first colour then cut
        cut and colour price | colour and cut price for 2
        when do you open on Monday and close on Friday | when do you close on Monday and open on Friday
        a@b.com | a b.com
        180° or 18° | 18° or 180°
        what is a != b | what is a = b
        vitamin A | vitamin
        Is the closed salon open? | Is the open salon closed?
        men's price for women's service | women's price for men's service
        do you have this price at that salon | do you have that price at this salon
        is my price at your salon open | is your price at my salon open
        How much is a cut? 🇮🇱 | How much is a cut? 🇷🇺
        """)

    private static let differentRussian = table(
        .ru,
        """
        цена на двоих | цена на троих
        вы работаете в субботу | вы не работаете в субботу
        стрижка с укладкой | стрижка без укладки
        из Москвы в Париж | из Парижа в Москву
        сколько стоит билет Москва Париж | сколько стоит билет Париж Москва
        сколько стоит до 10 | сколько стоит от 10
        работаете до обеда | работаете после обеда
        за́мок | замо́к
        мужская стрижка цена | женская стрижка цена
        Анна платит Марии? | Мария платит Анне?
        в понедельник открыты | во вторник открыты
        с понедельника по пятницу | с пятницы по понедельник
        как сказать спасибо | как сказать пожалуйста
        можно с ребенком | можно без ребенка
        все мастера | все
        только стрижка цена | не только стрижка цена
        Сначала стрижка потом окрашивание | Сначала окрашивание потом стрижка
        сколько стоит стрижка 2 | сколько стоит стрижка 3
        спасибо за стрижку | за стрижку
        краска дороже стрижки | стрижки дороже краска
        """)

    private static let differentSpanish = table(
        .es,
        """
        ¿Pagó usted? | ¿Pago usted?
        sí quiero cita | si quiero cita
        ¿Cuál es la más barata? | ¿Cuál es más barata?
        corte con tinte | corte sin tinte
        de Madrid a París | de París a Madrid
        ¿abren el lunes? | ¿abren los lunes?
        ¿abren a las dos? | ¿abren a las tres?
        ¿abren antes de las dos? | ¿abren después de las dos?
        corté el pelo | corte el pelo
        ¿cuántos años tienen? | ¿cuántos anos tienen?
        ¿hablan inglés? | ¿hablan ingles?
        ¿no abren hoy? | ¿abren hoy?
        ¿cómo se dice gracias? | ¿cómo se dice por favor?
        corte o color | corte y color
        ¿se la puede llevar? | ¿se puede llevar?
        está tarde | esta tarde
        ¿solo él? | ¿solo el?
        gracias a la peluquera | a la peluquera
        un corte precio | dos cortes precio
        ¿Ana paga a Eva? | ¿Eva paga a Ana?
        """)

    private static let differentPortuguese = table(
        .pt,
        """
        Ele pode vir | Ele pôde vir
        presente da avó | presente do avô
        o avó | o avô
        abrem segunda a sexta | abrem segunda, sexta
        de Lisboa a Londres | de Londres a Lisboa
        corte com tinta | corte sem tinta
        vocês não abrem | vocês abrem
        qual é o mais barato | qual é mais barato
        abre às 10 | abre as 10
        está aberto | esta aberto
        corte e escova | corte ou escova
        preço para duas | preço para três
        antes das 10 | depois das 10
        sou obrigado? | sou?
        como se diz obrigado | como se diz por favor
        peça nova | peca nova
        abre quinta | abre sexta
        Ana liga a Eva | Eva liga a Ana
        do Porto para Lisboa preço | de Lisboa para o Porto preço
        faça a unha | faca a unha
        """)

    private static let differentHebrew = table(
        .he,
        """
        פתוח ביום ראשון | לא פתוח ביום ראשון
        תספורת עם צבע | תספורת בלי צבע
        מתל אביב לחיפה | מחיפה לתל אביב
        מחיר לשניים | מחיר לשלושה
        לפני הצהריים | אחרי הצהריים
        כמה עולה טיסה תל אביב חיפה | כמה עולה טיסה חיפה תל אביב
        יש מקום ב-10:30 | יש מקום ב-1:30
        תספורת או צבע | תספורת וצבע
        איך אומרים תודה | איך אומרים בבקשה
        פתוחים בשישי | פתוחים בשבת
        שעות הפתיחה ביום שני | שעות הפתיחה ביום שלישי
        אנה משלמת למריה | מריה משלמת לאנה
        כמה עולה 2 | כמה עולה 3
        יותר זול מתספורת | תספורת יותר זול
        תודה על התספורת | על התספורת
        """)
}
