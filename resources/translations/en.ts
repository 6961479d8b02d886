<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BasketPanel</name>
</context>
<context>
    <name>Bill</name>
</context>
<context>
    <name>ByHand</name>
</context>
<context>
    <name>CameraPanel</name>
</context>
<context>
    <name>CameraSheet</name>
</context>
<context>
    <name>CameraWords</name>
</context>
<context>
    <name>Cameras</name>
</context>
<context>
    <name>Cases</name>
</context>
<context>
    <name>CasesScreen</name>
</context>
<context>
    <name>ChildRow</name>
</context>
<context>
    <name>ChildRows</name>
</context>
<context>
    <name>ChoiceRow</name>
</context>
<context>
    <name>CodeOffer</name>
</context>
<context>
    <name>CodeRow</name>
</context>
<context>
    <name>CodesSheet</name>
</context>
<context>
    <name>DecideSheet</name>
</context>
<context>
    <name>Decision</name>
</context>
<context>
    <name>EnrolScreen</name>
</context>
<context>
    <name>Flow</name>
</context>
<context>
    <name>Guard</name>
</context>
<context>
    <name>Guest</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n point</numerusform>
            <numerusform>%n points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points could pay {amount}.</source>
        <translation>
            <numerusform>%n point could pay {amount}.</numerusform>
            <numerusform>%n points could pay {amount}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points pay {amount}.</source>
        <translation>
            <numerusform>%n point pays {amount}.</numerusform>
            <numerusform>%n points pay {amount}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points to {tier}</source>
        <translation>
            <numerusform>%n point to {tier}</numerusform>
            <numerusform>%n points to {tier}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GuestPanel</name>
</context>
<context>
    <name>GuestProfile</name>
</context>
<context>
    <name>GuestSheet</name>
</context>
<context>
    <name>Guests</name>
    <message numerus="yes">
        <source>%n guests</source>
        <translation>
            <numerusform>%n guest</numerusform>
            <numerusform>%n guests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n point</numerusform>
            <numerusform>%n points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n purchases</source>
        <translation>
            <numerusform>%n purchase</numerusform>
            <numerusform>%n purchases</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GuestsPlace</name>
</context>
<context>
    <name>GuestsScreen</name>
</context>
<context>
    <name>Help</name>
</context>
<context>
    <name>Intake</name>
</context>
<context>
    <name>ItemGrid</name>
</context>
<context>
    <name>ItemRow</name>
</context>
<context>
    <name>Keypad</name>
</context>
<context>
    <name>LeftOpen</name>
    <message numerus="yes">
        <source>%n codes were scanned for it. Scan them again.</source>
        <translation>
            <numerusform>%n code was scanned for it. Scan it again.</numerusform>
            <numerusform>%n codes were scanned for it. Scan them again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LetterKeys</name>
</context>
<context>
    <name>Notice</name>
</context>
<context>
    <name>PinDots</name>
    <message numerus="yes">
        <source>%n figures entered</source>
        <translation>
            <numerusform>%n figure entered</numerusform>
            <numerusform>%n figures entered</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinSheet</name>
</context>
<context>
    <name>PointsSheet</name>
</context>
<context>
    <name>PrinterSheet</name>
</context>
<context>
    <name>Rail</name>
</context>
<context>
    <name>ReasonSheet</name>
</context>
<context>
    <name>ReceiptSheet</name>
</context>
<context>
    <name>Receipts</name>
    <message numerus="yes">
        <source>%n receipts are not printed: Ctrl+P prints them.</source>
        <translation>
            <numerusform>%n receipt is not printed: Ctrl+P prints it.</numerusform>
            <numerusform>%n receipts are not printed: Ctrl+P prints them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentSales</name>
</context>
<context>
    <name>RefundSheet</name>
</context>
<context>
    <name>RegisterForm</name>
</context>
<context>
    <name>Registering</name>
</context>
<context>
    <name>SaleRow</name>
</context>
<context>
    <name>Sales</name>
</context>
<context>
    <name>SalesScreen</name>
</context>
<context>
    <name>SettingsPlace</name>
</context>
<context>
    <name>SettingsScreen</name>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message numerus="yes">
        <source>%n scanned codes wait until this is closed.</source>
        <translation>
            <numerusform>%n scanned code waits until this is closed.</numerusform>
            <numerusform>%n scanned codes wait until this is closed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shift</name>
</context>
<context>
    <name>ShiftScreen</name>
</context>
<context>
    <name>SignInScreen</name>
</context>
<context>
    <name>Stage</name>
</context>
<context>
    <name>Standing</name>
    <message numerus="yes">
        <source>%n events wait to be sent. They are safe on this till.</source>
        <translation>
            <numerusform>%n event waits to be sent. It is safe on this till.</numerusform>
            <numerusform>%n events wait to be sent. They are safe on this till.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Away from the office, %n limits that are in use run low here.</source>
        <translation>
            <numerusform>Away from the office, %n limit that is in use runs low here.</numerusform>
            <numerusform>Away from the office, %n limits that are in use run low here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline · %n waiting</source>
        <translation>
            <numerusform>Offline · %n waiting</numerusform>
            <numerusform>Offline · %n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending · %n waiting</source>
        <translation>
            <numerusform>Sending · %n waiting</numerusform>
            <numerusform>Sending · %n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StandingDesk</name>
</context>
<context>
    <name>StandingPanel</name>
</context>
<context>
    <name>TopBar</name>
</context>
<context>
    <name>Undoing</name>
    <message numerus="yes">
        <source>%n earned points were taken back</source>
        <translation>
            <numerusform>%n earned point was taken back</numerusform>
            <numerusform>%n earned points were taken back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points go back to the guest</source>
        <translation>
            <numerusform>%n point goes back to the guest</numerusform>
            <numerusform>%n points go back to the guest</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UserError</name>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n point</numerusform>
            <numerusform>%n points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points earned</source>
        <translation>
            <numerusform>%n point earned</numerusform>
            <numerusform>%n points earned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points used</source>
        <translation>
            <numerusform>%n point used</numerusform>
            <numerusform>%n points used</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaitingSheet</name>
    <message numerus="yes">
        <source>%n receipts are not printed</source>
        <translation>
            <numerusform>%n receipt is not printed</numerusform>
            <numerusform>%n receipts are not printed</numerusform>
        </translation>
    </message>
</context>
</TS>
