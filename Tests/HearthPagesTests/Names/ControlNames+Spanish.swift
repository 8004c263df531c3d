extension ControlNames {
    static let spanish = #"""
        a: Activar las teclas
        a: Ahorro
        a: Anteriores: Ejecuciones
        a: Ayuda
        a: CSV: Alertmanager
        a: CSV: Almacenes
        a: CSV: Cifras
        a: CSV: Condiciones
        a: CSV: Cuánto tardaron
        a: CSV: Dinero en el tiempo
        a: CSV: Ejecuciones
        a: CSV: Informe mensual
        a: CSV: Línea de tiempo
        a: CSV: Por categoría
        a: CSV: Por idioma
        a: CSV: Preguntas sin acierto
        a: CSV: Respuestas guardadas
        a: CSV: Respuestas por resultado
        a: CSV: Sucesos
        a: CSV: Tareas
        a: CSV: Tasa de aciertos en el tiempo
        a: CSV: Tasa de aciertos por idioma y categoría
        a: CSV: Todas las tareas
        a: Calentar la caché
        a: Cancelar la ejecución
        a: Clave de API
        a: Copiar enlace: Alertmanager
        a: Copiar enlace: Almacenes
        a: Copiar enlace: Cifras
        a: Copiar enlace: Condiciones
        a: Copiar enlace: Cuánto tardaron
        a: Copiar enlace: Cómo se calcula
        a: Copiar enlace: Dinero en el tiempo
        a: Copiar enlace: Ejecuciones
        a: Copiar enlace: Horario
        a: Copiar enlace: Informe mensual
        a: Copiar enlace: Lo más preguntado
        a: Copiar enlace: Línea de tiempo
        a: Copiar enlace: Por categoría
        a: Copiar enlace: Por idioma
        a: Copiar enlace: Preguntas sin acierto
        a: Copiar enlace: Proveedor
        a: Copiar enlace: Respuestas guardadas
        a: Copiar enlace: Respuestas por resultado
        a: Copiar enlace: Sucesos
        a: Copiar enlace: Tareas
        a: Copiar enlace: Tasa de aciertos en el tiempo
        a: Copiar enlace: Tasa de aciertos por idioma y categoría
        a: Copiar enlace: Todas las tareas
        a: Copiar enlace: Transcurso
        a: Ejecutar
        a: Enlace con horas fijas
        a: Estado
        a: Guía
        a: Guía: Almacén de respuestas accesible
        a: Guía: HearthJobStuck
        a: Guía: HearthStoreErrors
        a: Guía: Tamaño de la caché
        a: Guía: Tasa de aciertos
        a: Guía: Tiempo de respuesta desde la caché
        a: Hearth
        a: HearthCacheHitRateLow
        a: HearthCacheSizeHigh
        a: HearthResponseTimeHigh
        a: Informe mensual
        a: Intento 1
        a: Intento 2
        a: Ir al contenido
        a: JSON: Alertmanager
        a: JSON: Almacenes
        a: JSON: Cifras
        a: JSON: Condiciones
        a: JSON: Cuánto tardaron
        a: JSON: Dinero en el tiempo
        a: JSON: Ejecuciones
        a: JSON: Horario
        a: JSON: Informe mensual
        a: JSON: Línea de tiempo
        a: JSON: Por categoría
        a: JSON: Por idioma
        a: JSON: Preguntas sin acierto
        a: JSON: Respuestas guardadas
        a: JSON: Respuestas por resultado
        a: JSON: Sucesos
        a: JSON: Tareas
        a: JSON: Tasa de aciertos en el tiempo
        a: JSON: Tasa de aciertos por idioma y categoría
        a: JSON: Todas las tareas
        a: JSON: Transcurso
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
        a: Quitar todas las respuestas …
        a: Quitar: Do you sell gift cards?
        a: Qué hacer
        a: Referencia de la API
        a: Refrescar ahora
        a: Resumen
        a: Tareas
        a: Todas las guías
        a: Volver
        a: Volver sin cambiar nada
        a: en English
        a: es Español
        a: he עברית
        a: pt Português
        a: ru Русский
        a: ¿Qué es esto?: Alertmanager
        a: ¿Qué es esto?: Almacenes
        a: ¿Qué es esto?: Cifras
        a: ¿Qué es esto?: Condiciones
        a: ¿Qué es esto?: Cuánto tardaron
        a: ¿Qué es esto?: Cómo se calcula
        a: ¿Qué es esto?: Dinero en el tiempo
        a: ¿Qué es esto?: Ejecuciones
        a: ¿Qué es esto?: Horario
        a: ¿Qué es esto?: Informe mensual
        a: ¿Qué es esto?: Lo más preguntado
        a: ¿Qué es esto?: Línea de tiempo
        a: ¿Qué es esto?: Por categoría
        a: ¿Qué es esto?: Por idioma
        a: ¿Qué es esto?: Preguntas sin acierto
        a: ¿Qué es esto?: Proveedor
        a: ¿Qué es esto?: Respuestas guardadas
        a: ¿Qué es esto?: Respuestas por resultado
        a: ¿Qué es esto?: Sucesos
        a: ¿Qué es esto?: Tareas
        a: ¿Qué es esto?: Tasa de aciertos en el tiempo
        a: ¿Qué es esto?: Tasa de aciertos por idioma y categoría
        a: ¿Qué es esto?: Todas las tareas
        a: ¿Qué es esto?: Transcurso
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
        label: Página en
        label: Refresco
        label: Resultado
        label: Tarea
        label: Tema
        nav: Presentación
        nav: Páginas
        section: Estado
        summary: Como tabla
        summary: Desde … hasta
        summary: Fragmento
        """#
}
