<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BasketPanel</name>
</context>
<context>
    <name>CameraPanel</name>
</context>
<context>
    <name>CodeRow</name>
</context>
<context>
    <name>EnrolScreen</name>
</context>
<context>
    <name>Flow</name>
</context>
<context>
    <name>Intake</name>
</context>
<context>
    <name>Keypad</name>
</context>
<context>
    <name>PinDots</name>
    <message numerus="yes">
        <source>%n figures entered</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentSales</name>
</context>
<context>
    <name>SaleRow</name>
</context>
<context>
    <name>SignInScreen</name>
</context>
<context>
    <name>Standing</name>
    <message numerus="yes">
        <source>%n events wait to be sent. They are safe on this till.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline · %n waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending · %n waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StandingPanel</name>
</context>
<context>
    <name>TopBar</name>
</context>
<context>
    <name>UserError</name>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points earned</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
</TS>
