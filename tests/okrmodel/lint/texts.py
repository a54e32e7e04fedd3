"""Texts and how a linter must judge them: the method's own, translated, and others.

A line is `kind | faults | text`; no fault means that the text is well written. The held-out texts
were written before the words were tuned, to say how well texts are judged that nobody thought of.
"""

from typing import NamedTuple

from okrmodel.lint.wording import Fault, Kind


class Judged(NamedTuple):
    language: str
    kind: Kind
    faults: frozenset[Fault]
    text: str

    def __str__(self) -> str:
        return f"{self.language}: {self.text}"


def _read(language: str, lines: str) -> list[Judged]:
    found = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        kind, faults, text = (part.strip() for part in line.split("|"))
        told = frozenset(Fault(fault) for fault in faults.split())
        found.append(Judged(language, Kind(kind), told, text))
    return found


METHOD = [
    *_read(
        "en",
        """
        objective  |                  | Build a new demand generation channel
        objective  |                  | Implement the marketing technology infrastructure
        objective  |                  | Lead the marketing department through COVID
        objective  |                  | Increase traffic on the website
        objective  |                  | Improve the funnel's conversion rates
        objective  |                  | Improve the sales funnel
        objective  | figure           | Generate 53 MQLs
        objective  | no-verb          | Market research
        key-result |                  | Get management's approval for 3 OKRs
        key-result |                  | Measure 5 lifecycle stages effectively
        key-result |                  | Send 3 email newsletters
        key-result |                  | Train 5 team members to use the marketing CRM
        key-result |                  | Increase MQLs attributable to inbound marketing from 20 to 30
        key-result | no-number        | Increase brand awareness
        key-result | percentage       | Increase SEO performance by 50%
        key-result | no-number action | Contact customers who become MQLs
        key-result | no-number action | Launch a new website
        key-result | percentage       | Answer 90% of leads' enquiries within one day
        """,
    ),
    *_read(
        "pl",
        """
        objective  |                  | Zbudować nowy kanał generowania popytu
        objective  |                  | Wdrożyć infrastrukturę technologii marketingowych
        objective  |                  | Przeprowadzić dział marketingu przez COVID
        objective  |                  | Zwiększenie ruchu na stronie internetowej
        objective  |                  | Poprawić współczynniki konwersji lejka
        objective  |                  | Poprawa lejka sprzedażowego
        objective  | figure           | Pozyskać 53 MQL-e
        objective  | no-verb          | Badania rynku
        key-result |                  | Uzyskać zgodę zarządu na 3 OKR-y
        key-result |                  | Skutecznie mierzyć 5 etapów cyklu życia klienta
        key-result |                  | Wysłać 3 newslettery
        key-result |                  | Przeszkolić 5 członków zespołu z obsługi marketingowego CRM
        key-result |                  | Zwiększyć liczbę MQL-i z marketingu przychodzącego z 20 do 30
        key-result | no-number        | Zwiększyć rozpoznawalność marki
        key-result | percentage       | Poprawić wyniki SEO o 50%
        key-result | no-number action | Skontaktować się z klientami, którzy zostają MQL-ami
        key-result | no-number action | Uruchomić nową stronę internetową
        key-result | percentage       | Odpowiadać na 90% zapytań od leadów w ciągu jednego dnia
        """,
    ),
    *_read(
        "de",
        """
        objective  |                  | Einen neuen Kanal zur Nachfragegenerierung aufbauen
        objective  |                  | Die technische Infrastruktur für das Marketing einführen
        objective  |                  | Die Marketingabteilung durch die Corona-Zeit führen
        objective  |                  | Steigerung des Traffics auf der Website
        objective  |                  | Die Conversion-Rates des Funnels verbessern
        objective  |                  | Den Sales-Funnel verbessern
        objective  | figure           | 53 MQLs generieren
        objective  | no-verb          | Marktforschung
        key-result |                  | Die Zustimmung der Geschäftsführung für 3 OKRs einholen
        key-result |                  | 5 Lifecycle-Phasen wirksam messen
        key-result |                  | 3 E-Mail-Newsletter versenden
        key-result |                  | 5 Teammitglieder im Umgang mit dem Marketing-CRM schulen
        key-result |                  | MQLs aus Inbound-Marketing von 20 auf 30 steigern
        key-result | no-number        | Die Markenbekanntheit steigern
        key-result | percentage       | Die SEO-Leistung um 50 % steigern
        key-result | no-number action | Kunden kontaktieren, die zu MQLs werden
        key-result | no-number action | Eine neue Website launchen
        key-result | percentage       | 90 % der Anfragen von Leads innerhalb eines Tages beantworten
        """,
    ),
]
"""The eighteen texts of the method, in three languages."""

HELD_OUT = [
    *_read(
        "en",
        """
        objective  |                  | Become the first address for industrial buyers
        objective  |                  | Delight the customers we already have
        objective  |                  | Sharpen our positioning against low-cost rivals
        objective  | no-verb          | Lead generation
        objective  | no-verb          | Better brand recognition in Germany
        objective  | no-verb          | Content strategy for 2027
        objective  | figure           | Grow monthly recurring revenue to $1.2M
        objective  | figure           | Double the number of trials
        key-result |                  | Lower cost per lead from €84 to €60
        key-result |                  | Sign up forty resellers in the Nordics
        key-result |                  | Publish 12 customer stories by 31 December
        key-result | no-number        | Strengthen customer loyalty
        key-result | percentage       | Lift the open rate to 35 percent
        key-result | no-number action | Redesign the pricing page in Q4 2026
        key-result | no-number action | Migrate all landing pages to GA4
        """,
    ),
    *_read(
        "pl",
        """
        objective  |                  | Stać się pierwszym wyborem dla działów zakupów
        objective  |                  | Rozwijamy sprzedaż na rynku czeskim
        objective  |                  | Skrócenie drogi od zapytania do oferty
        objective  | no-verb          | Świadomość marki
        objective  | no-verb          | Nowa strategia treści na 2027 rok
        objective  | no-verb          | Marketing w mediach społecznościowych
        objective  | figure           | Wygenerować 1,5 mln zł przychodu
        objective  | figure           | Podwoić liczbę leadów
        key-result |                  | Obniżyć koszt leada z 84 zł do 60 zł
        key-result |                  | Pozyskać czterdziestu partnerów handlowych
        key-result |                  | Opublikować 12 studiów przypadku do 31 grudnia
        key-result | no-number        | Wzmocnić lojalność klientów
        key-result | percentage       | Podnieść wskaźnik otwarć do 35 procent
        key-result | no-number action | Przebudowa strony z cennikiem w IV kwartale 2026
        key-result | no-number action | Przygotować kampanię na LinkedInie
        """,
    ),
    *_read(
        "de",
        """
        objective  |                  | Zur ersten Adresse für Einkäufer werden
        objective  |                  | Wir begeistern unsere Bestandskunden
        objective  |                  | Ausbau des Partnergeschäfts in Österreich
        objective  | no-verb          | Markenbekanntheit in Polen
        objective  | no-verb          | Content-Strategie 2027
        objective  | no-verb          | Mehr Leads in neuen Märkten
        objective  | figure           | Den Umsatz auf 1,2 Mio. € steigern
        objective  | figure           | Die Zahl der Testkunden verdoppeln
        key-result |                  | Kosten pro Lead von 84 € auf 60 € senken
        key-result |                  | Vierzig Vertriebspartner gewinnen
        key-result |                  | 12 Kundengeschichten bis zum 31. Dezember veröffentlichen
        key-result | no-number        | Die Kundenbindung stärken
        key-result | percentage       | Öffnungsrate auf 35 Prozent erhöhen
        key-result | no-number action | Relaunch der Preisseite im 4. Quartal 2026
        key-result | no-number action | Alle Landingpages auf GA4 umstellen
        """,
    ),
]
"""Fifteen more in each language."""

UNTUNED = [
    *_read(
        "en",
        """
        objective  |                  | Make onboarding something customers talk about
        objective  |                  | Put the customer at the heart of our content
        objective  |                  | Crack the enterprise segment
        objective  |                  | Rethink how we talk to partners
        objective  |                  | We want to be found by the right people
        objective  | no-verb          | Customer advocacy programme
        objective  | no-verb          | World-class marketing team
        objective  | no-verb          | Higher quality of leads
        objective  | no-verb          | Design system
        objective  | figure           | Reach 10,000 newsletter readers
        objective  | figure           | Cut churn by a third
        key-result |                  | 25 qualified demos a week from paid search
        key-result |                  | Average time to first reply falls from 9 to 4 hours
        key-result |                  | Have eight of our ten largest customers act as references
        key-result | no-number        | More visitors from organic search
        key-result | no-number        | Happier customers
        key-result | percentage       | 15% more leads than last quarter
        key-result | percentage       | Triple the number of webinar sign-ups
        key-result | no-number action | Write a content plan for Q1 2027
        key-result | no-number action | Set up lead scoring in HubSpot within 30 days
        """,
    ),
    *_read(
        "pl",
        """
        objective  |                  | Zbliżyć marketing i sprzedaż
        objective  |                  | Zostać ulubioną marką inżynierów
        objective  |                  | Wejście na rynek niemiecki
        objective  |                  | Budowanie społeczności wokół produktu
        objective  |                  | Uporządkuj komunikację z partnerami
        objective  | no-verb          | Wysoka jakość leadów
        objective  | no-verb          | Satysfakcja klienta
        objective  | no-verb          | Kampania wiosenna
        objective  | no-verb          | Problemy z dostarczalnością
        objective  | figure           | Dotrzeć do 10 000 czytelników newslettera
        objective  | figure           | Zmniejszyć rezygnacje o jedną trzecią
        key-result |                  | 25 kwalifikowanych prezentacji tygodniowo z płatnego wyszukiwania
        key-result |                  | Średni czas pierwszej odpowiedzi spada z 9 do 4 godzin
        key-result |                  | Ośmiu z dziesięciu największych klientów daje referencje
        key-result | no-number        | Więcej odwiedzin z wyszukiwarki
        key-result | no-number        | Zadowoleni klienci
        key-result | percentage       | O 15% więcej leadów niż w zeszłym kwartale
        key-result | percentage       | Potroić liczbę zapisów na webinary
        key-result | no-number action | Napisać plan treści na I kwartał 2027
        key-result | no-number action | Skonfigurować scoring leadów w HubSpocie w ciągu 30 dni
        """,
    ),
    *_read(
        "de",
        """
        objective  |                  | Marketing und Vertrieb näher zusammenbringen
        objective  |                  | Zur Lieblingsmarke der Ingenieure aufsteigen
        objective  |                  | Eintritt in den polnischen Markt
        objective  |                  | Aufbau einer Community rund um das Produkt
        objective  |                  | Mach das Onboarding zum Gesprächsthema
        objective  | no-verb          | Hohe Qualität der Leads
        objective  | no-verb          | Kundenzufriedenheit
        objective  | no-verb          | Frühjahrskampagne für bestehende Kunden
        objective  | no-verb          | Führungsteam im Marketing
        objective  | figure           | 10.000 Leser für den Newsletter gewinnen
        objective  | figure           | Die Abwanderung um ein Drittel senken
        key-result |                  | 25 qualifizierte Demos pro Woche aus bezahlter Suche
        key-result |                  | Mittlere Zeit bis zur ersten Antwort sinkt von 9 auf 4 Stunden
        key-result |                  | Acht der zehn größten Kunden stehen als Referenz bereit
        key-result | no-number        | Mehr Besucher aus der organischen Suche
        key-result | no-number        | Zufriedenere Kunden
        key-result | percentage       | 15 % mehr Leads als im letzten Quartal
        key-result | percentage       | Die Zahl der Webinar-Anmeldungen verdreifachen
        key-result | no-number action | Einen Content-Plan für Q1 2027 schreiben
        key-result | no-number action | Lead-Scoring in HubSpot innerhalb von 30 Tagen einrichten
        """,
    ),
]
"""Twenty more in each language, written last: neither words nor rules were changed for their sake."""
