extension ControlNames {
    static let spanish = #"""
        a: Ahorro
        a: Anteriores
        a: Ayuda
        a: CSV
        a: CSV: Dinero en el tiempo
        a: CSV: Preguntas sin acierto
        a: CSV: Respuestas guardadas
        a: CSV: Respuestas por resultado
        a: CSV: Tasa de aciertos en el tiempo
        a: Calentar la caché
        a: Cancelar la ejecución
        a: Ejecutar
        a: Enlace con horas fijas
        a: Estado
        a: Guía
        a: Guía: Tamaño de la caché
        a: Hearth
        a: Informe mensual
        a: Intento 1
        a: Intento 2
        a: Ir al contenido
        a: JSON
        a: JSON: Almacenes
        a: JSON: Condiciones
        a: JSON: Cuánto tardaron
        a: JSON: Dinero en el tiempo
        a: JSON: Ejecuciones
        a: JSON: Línea de tiempo
        a: JSON: Preguntas sin acierto
        a: JSON: Respuestas guardadas
        a: JSON: Respuestas por resultado
        a: JSON: Sucesos
        a: JSON: Tareas
        a: JSON: Tasa de aciertos en el tiempo
        a: JSON: Todas las tareas
        a: Mes anterior
        a: Métricas
        a: No sirve: Do you sell gift cards?
        a: OpenAPI
        a: Ordenar la caché
        a: Oscuro
        a: Panel: Tasa de aciertos
        a: Pausar 1 h
        a: Pausar hasta reanudar
        a: Preguntas
        a: Quitar: Do you sell gift cards?
        a: Qué hacer
        a: Referencia de la API
        a: Refrescar ahora
        a: Resumen
        a: Tareas
        a: Volver
        a: Volver sin cambiar nada
        a: en English
        a: es Español
        a: he עברית
        a: pt Português
        a: ru Русский
        a: ¿Qué es esto?: Almacenes
        a: ¿Qué es esto?: Condiciones
        a: ¿Qué es esto?: Cuánto tardaron
        a: ¿Qué es esto?: Dinero en el tiempo
        a: ¿Qué es esto?: Línea de tiempo
        a: ¿Qué es esto?: Preguntas sin acierto
        a: ¿Qué es esto?: Proveedor
        a: ¿Qué es esto?: Respuestas guardadas
        a: ¿Qué es esto?: Respuestas por resultado
        a: ¿Qué es esto?: Tareas
        a: ¿Qué es esto?: Tasa de aciertos en el tiempo
        a: ● éxito
        a: ✕ fallo
        button: Aplicar
        button: Entrar
        button: Explicar
        button: Preguntar
        button: Quitar respuestas guardadas
        button: Ver el efecto
        form: Presentación
        label: Categoría
        label: Clave de API
        label: Clave de caché
        label: Desde
        label: Etiqueta
        label: Hasta
        label: Horas en
        label: Idioma
        label: Origen
        label: Para confirmar, escriba REMOVE
        label: Periodo
        label: Pregunta
        label: Refresco
        label: Resultado
        nav: Presentación
        nav: Páginas
        section: Estado
        summary: Como tabla
        summary: Desde … hasta
        summary: Fragmento
        a: Quitar todas las respuestas …
        """#
}
