extension Spanish {
    static let help = """
        helpClientHeading = Conectar un cliente a Hearth
        helpClient = Vale cualquier cliente de OpenAI: dele esta URL base.
        helpSimulated = Las respuestas son simuladas. Para tener reales, arranque con una clave:
        helpCanAct = Puede ejecutar, pausar y quitar; cada acción pregunta antes y queda en la auditoría.
        helpReadOnly = Su clave solo permite leer, por eso no hay botones. Una clave con el permiso admin los muestra.
        helpMeaning = Qué significa cada cifra
        alert = Alerta
        helpHitRate = Respuestas desde la caché, vigentes o caducadas, por cada cien preguntas, incluidas las omitidas y fallidas. Se dividen totales; nunca se promedian proporciones.
        helpSaved = Lo que las respuestas desde la caché no tuvieron que pagar, menos lo pagado por calentar, renovar y comprobar. Tras un arranque puede ser negativo hasta que el calentamiento se amortice.
        helpAnswers = Toda pregunta que terminó, como fuera.
        helpTime = 95 de cada 100 respuestas desde la caché no tardaron más, medido en el servidor, con histogramas unidos.
        helpResults = Acierto: respuesta guardada. Caducada: guardada y pasada de tiempo. Compartida: esperó la llamada de otro que preguntó lo mismo. Fallo: se preguntó al proveedor. Omitida: se pidió una respuesta nueva. Error: sin respuesta.
        helpJobs = Cada carril es una tarea. Las marcas antes de «ahora» son ejecuciones; las rayas después, previstas. Las tareas muy frecuentes se agrupan y se muestra el peor resultado.
        helpConditions = Las mismas condiciones que las reglas de alerta incluidas. «Aún no» significa muy pocas preguntas para juzgar.
        helpStores = Dónde se guardan respuestas y cifras, y cuánto se ha llenado.
        helpEvents = Lo que le ocurrió al servicio, o se hizo con él, en el periodo. Lo que puede explicar un cambio de las cifras es también una marca en los gráficos.
        helpProvider = Quien responde las preguntas nuevas. Si las llamadas fallan seguidas, el cortacircuitos se abre y se sirven respuestas guardadas.
        helpQuestions = Las preguntas más hechas. Los textos se muestran solo donde está permitido.
        helpTroubles = Un panel sin contenido dice por qué. Las cifras están en el almacén; si va lento o está bloqueado, la página queda completa sin él y se rellena sola.
        marks = Marcas
        marksPlanned = ╵ prevista
        chartsMeaning = Una marca hueca son menos de 20 preguntas; un hueco, ninguna; la sombra, lo segura que es la tasa (95 %). Lo discontinuo aún no ha terminado.
        keysHeading = Teclas
        keysOn = Las teclas 1 a 6 llevan a las seis páginas, por su orden.
        keysOff = Las teclas 1 a 6 pueden llevar a las seis páginas, por su orden; están desactivadas.
        keysSwitchOn = Activar las teclas
        keysSwitchOff = Desactivar las teclas
        """
}
