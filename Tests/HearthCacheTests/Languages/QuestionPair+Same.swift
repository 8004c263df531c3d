import HearthTelemetry

extension QuestionPair {
    /// Pairs that mean the same by form alone: they must share a key.
    static let same: [QuestionPair] = sameEnglish + sameRussian + sameSpanish + samePortuguese + sameHebrew

    private static let sameEnglish = table(
        .en,
        """
        What are your hours? | what are your hours
        What are your hours? |   What are your HOURS?!
        Hi! How much is a haircut, please? | how much is a haircut
        How much is a haircut? | How much is the haircut?
        How much is a haircut? | HOW MUCH IS THE HAIRCUT???
        Hello, where are you located? | where are you located
        Good morning! What time do you open? | What time do you open?
        What time do you open, please? Thank you! | what time do you open
        Please, what is your address? | What is your address?
        Could you please tell me what your address is | Could you tell me what your address is
        Do you do balayage? Thanks in advance! | do you do balayage
        What's your address? | What’s your address?
        Is it “vegan”? | Is it "vegan"?
        T-shirt price | T shirt price
        Do you have self-service? | do you have self—service
        Can I book a table for 2 ? | can I book table for 2
        café prices | cafe prices
        naïve question | naive question
        Ｈow much is a haircut？ | how much is a haircut
        How much\u{200D} is a haircut | How much is a haircut
        \u{202B}How much is a haircut\u{202C} | How much is a haircut
        How much\u{200B}is a haircut | How much is a haircut
        Hi 😊 how much is a haircut 💕 | how much is a haircut
        open on Monday | on Monday open
        how much is a haircut? | a haircut is how much?
        Hi there, are you open today | are you open today
        Hey! Are you open today? | Are you open today
        Thanks! Do you sell shampoo? | Do you sell shampoo
        Can I ask how much a manicure costs? | how much a manicure costs
        Do you open at 9–10? | do you open at 9-10
        how much is it | how much is it?
        see you at five 👍 | See you at five 👍🏽
        """)

    private static let sameRussian = table(
        .ru,
        """
        Сколько стоит стрижка? | стрижка сколько стоит
        Сколько стоит стрижка? | СКОЛЬКО СТОИТ СТРИЖКА
        Здравствуйте! Сколько стоит стрижка? | сколько стоит стрижка
        Добрый день, сколько стоит стрижка, пожалуйста? | Сколько стоит стрижка
        женская стрижка сколько стоит? | сколько стоит женская стрижка
        Подскажите, пожалуйста, какой у вас адрес? | Какой у вас адрес
        Вы делаете ёлочку? | вы делаете елочку
        Чёлка сколько стоит? | Сколько стоит челка?
        Привет! Вы работаете в субботу? Спасибо! | вы работаете в субботу
        Вы работаете в субботу? | в субботу вы работаете
        Где вы находитесь? | Вы где находитесь?
        Какие у вас часы работы?! | какие у вас часы работы
        Сколько стоит «балаяж»? | сколько стоит балаяж
        Можно записаться на завтра? Заранее спасибо | можно записаться на завтра
        Доброе утро! Во сколько вы открываетесь? | во сколько вы открываетесь
        Хочу узнать, сколько стоит стрижка | сколько стоит стрижка
        Стрижка 😊 сколько стоит? | сколько стоит стрижка
        Стрижка — сколько времени? | стрижка, сколько времени
        Работаете\u{00A0}сегодня? | работаете сегодня
        """)

    private static let sameSpanish = table(
        .es,
        """
        ¿Cuánto cuesta un corte? | cuanto cuesta un corte
        ¡Hola! ¿Cuánto cuesta el corte, por favor? | cuánto cuesta corte
        Buenos días, ¿a qué hora abren? | a que hora abren
        ¿A qué hora abren? Muchas gracias | ¿A qué hora abren?
        ¿Dónde están ubicados? | DONDE ESTÁN UBICADOS
        ¿Me puede decir cuánto cuesta el corte? | cuanto cuesta corte
        ¿Cuál es la dirección? | cual es direccion
        ¿Tienen estacionamiento por favor? | tienen estacionamiento
        ¿Cuánto cuesta la manicura? | la manicura cuánto cuesta
        Buenas tardes. ¿Abren hoy? | abren hoy
        ¿Hacen balayage? | hacen balayage?
        Quisiera saber cuál es el horario | cual es el horario
        ¿Qué servicios ofrecen? | servicios que ofrecen
        Pingüino, ¿cuánto cuesta? | cuanto cuesta pinguino
        """)

    private static let samePortuguese = table(
        .pt,
        """
        Quanto custa a escova? | quanto custa escova
        Bom dia! Quanto custa a escova? | Quanto custa a escova
        Olá, tudo bem? Quanto custa a escova? | quanto custa escova
        Quanto custa o corte, por favor? | quanto custa corte
        O corte quanto custa? | quanto custa o corte
        Vocês fazem coloração? | voces fazem coloracao
        Onde fica o salão? Obrigada! | onde fica o salao
        Qual é o endereço? | qual é endereço
        Boa tarde, qual é o horário? | Qual é o horário?
        Gostaria de saber quanto custa a manicure | quanto custa manicure
        Vocês têm wi-fi? | vocês têm wi fi
        Amanhã abrem? | abrem amanha
        Não abrem domingo? | nao abrem domingo
        O que vocês fazem? | o que voces fazem
        """)

    private static let sameHebrew = table(
        .he,
        """
        כמה עולה תספורת? | תספורת כמה עולה
        שלום, כמה עולה תספורת? | כמה עולה תספורת
        כמה עולה תספורת בבקשה? תודה רבה | כמה עולה תספורת
        כַּמָּה עוֹלָה תִּסְפֹּרֶת | כמה עולה תספרת
        מָה שְׁעוֹת הַפְּתִיחָה? | מה שעות הפתיחה
        מה שעות הפתיחה? | שעות הפתיחה מה
        בוקר טוב! איפה אתם נמצאים? | איפה אתם נמצאים
        איפה אתם נמצאים? | אתם נמצאים איפה
        אפשר לדעת כמה עולה תספורת? | כמה עולה תספורת
        כמה זה בש״ח? | כמה זה בש"ח
        אתם עושים לק ג׳ל? | אתם עושים לק ג'ל
        תל־אביב | תל אביב
        מה הכתובת שלכם?? | מה הכתובת שלכם
        היי, מתי אתם פתוחים? | מתי אתם פתוחים
        """)
}
