extension ControlNames {
    static let hebrew = #"""
        a: CSV
        a: CSV: כסף לאורך זמן
        a: CSV: שאלות שהוחטאו
        a: CSV: שיעור פגיעה לאורך זמן
        a: CSV: תשובות לפי תוצאה
        a: CSV: תשובות שמורות
        a: Hearth
        a: JSON
        a: JSON: אירועים
        a: JSON: הרצות
        a: JSON: כל המשימות
        a: JSON: כמה זמן נמשכו ההרצות
        a: JSON: כסף לאורך זמן
        a: JSON: מאגרים
        a: JSON: משימות
        a: JSON: ציר זמן
        a: JSON: שאלות שהוחטאו
        a: JSON: שיעור פגיעה לאורך זמן
        a: JSON: תנאים
        a: JSON: תשובות לפי תוצאה
        a: JSON: תשובות שמורות
        a: OpenAPI
        a: en English
        a: es Español
        a: he עברית
        a: pt Português
        a: ru Русский
        a: ביטול ההרצה
        a: דוח חודשי
        a: דילוג לתוכן
        a: החודש הקודם
        a: הסרה: Do you sell gift cards?
        a: הרצה
        a: השהיה לשעה
        a: השהיה עד חידוש
        a: חזרה
        a: חזרה בלי לשנות דבר
        a: חימום המטמון
        a: חיסכון
        a: ישנות יותר
        a: כהה
        a: לא עוזרת: Do you sell gift cards?
        a: לוח מחוונים: שיעור פגיעה
        a: מדדים
        a: מדריך ה־API
        a: מדריך תפעול
        a: מדריך תפעול: גודל המטמון
        a: מה זה?: כמה זמן נמשכו ההרצות
        a: מה זה?: כסף לאורך זמן
        a: מה זה?: מאגרים
        a: מה זה?: משימות
        a: מה זה?: ספק
        a: מה זה?: ציר זמן
        a: מה זה?: שאלות שהוחטאו
        a: מה זה?: שיעור פגיעה לאורך זמן
        a: מה זה?: תנאים
        a: מה זה?: תשובות לפי תוצאה
        a: מה זה?: תשובות שמורות
        a: מה לעשות
        a: מצב
        a: משימות
        a: ניסיון 1
        a: ניסיון 2
        a: סידור המטמון
        a: סקירה
        a: עזרה
        a: קישור עם זמנים קבועים
        a: רענון עכשיו
        a: שאלות
        a: ● הצלחה
        a: ✕ כישלון
        button: החלה
        button: הסבר
        button: הסרת תשובות שמורות
        button: הצגת ההשפעה
        button: כניסה
        button: לשאול
        form: תצוגה
        label: גורם
        label: טווח
        label: לאישור הקלידו ⁨REMOVE⁩
        label: מ־
        label: מפתח API
        label: מפתח מטמון
        label: עד
        label: קטגוריה
        label: רענון
        label: שאלה
        label: שעות לפי
        label: שפה
        label: תווית
        label: תוצאה
        nav: דפים
        nav: תצוגה
        section: מצב
        summary: כטבלה
        summary: מ־ … עד
        summary: קטע
        a: הסרת כל התשובות …
        """#
}
