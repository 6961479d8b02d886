<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>BasketPanel</name>
    <message>
        <source>Amount</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Amount of the bill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear amount and codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codes of this sale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confirm the sale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discount</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scanned codes appear here, each with what it gives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To pay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Total</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CameraPanel</name>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a camera (F4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look up the typed code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera. Type the code, or open a picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a picture with a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera is gone. It comes back by itself; until then type the code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera is starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The film is over. Choose it again to repeat it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture of the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This film cannot be read. Choose another camera below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a code (F2)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodeRow</name>
    <message>
        <source>Take off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take this code off the sale</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EnrolScreen</name>
    <message>
        <source>Address of the office</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the office shows it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enrol this till</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the code or the whole link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the QR code from the office</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The office makes it under Tills. Hold it in front of the camera.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Flow</name>
    <message>
        <source>Check the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enrolling this till…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it connected; an interrupted load goes on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading codes and guests…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the till…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selling is stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show your own, or enter your PIN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files are sound again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till cannot be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a badge.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This till gets its first copy from the office. It is done once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Open a picture with a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Decimal sign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all figures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the last figure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PinDots</name>
    <message numerus="yes">
        <source>%n figures entered</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentSales</name>
    <message>
        <source>No. {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was sold yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent sales, VIP first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SaleRow</name>
    <message>
        <source>VIP</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SignInScreen</name>
    <message>
        <source>Enter your PIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold its QR code in front of the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show your badge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Standing</name>
    <message numerus="yes">
        <source>%n events wait to be sent. They are safe on this till.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Codes and guests are as of {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything has been sent to the office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last contact with the office: {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Offline · %n waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Online, with a problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Sending · %n waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The office has revoked this till.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The oldest is from {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till goes on selling meanwhile, and nothing is lost. Tell IT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This program must be updated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Till revoked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was sold is kept and is still sent. Call IT or the office.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StandingPanel</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Dark colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This till is not enrolled yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is signed in. Sign out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UserError</name>
    <message>
        <source>An amount cannot be negative.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program keeps the till's journal busy. Nothing was recorded and nothing was taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the office for a new enrolment code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code and enrol it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code and enrol it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code, then run: python -m pos_app enrol --home DIR --central URL --code CODE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is plugged in and that no other program uses it; it is tried again by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the folder exists, that you may write there and that the disk is not full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the address, and whether the network asks for a sign-in first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the disk and that the folder is yours; nothing in it was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the disk's space and that the folder is yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check this machine's date, the address, and whether a proxy stands between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check whether a decimal sign is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a camera or another film.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a greater length.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a length of at least {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder with --home, or make this one writable for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close that program, then do it once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codes with {0} random characters ({1} bits) could be guessed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the named fields, then save again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not repeat it. Restart the till: it then says what is recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter digits, for example 12.50.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the amount as it stands on the bill.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the amount that stands on the bill.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter {0}{1} for the larger one, or {2}{3}{4} for the smaller.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a refund open the sale and choose what comes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space on this computer's disk; the till goes on with the list that it has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space on this computer's disk; what the till has already stays usable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space, then do it once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space, then go on. What was recorded is safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It counts once; do not repeat it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is fetched again by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is loaded when the till starts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It looks like https://office.example.com or http://192.168.1.5:8000.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It looks like https://office.example.org.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the whole folder and tell the office; sales that had reached the office are safe there. To go on selling, enrol this till anew in another folder (--home).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known ones: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder with --home.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name it with the code, or scan the office's QR, which holds both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No amount was entered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing needs to be done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it back from a backup; the journal is kept as it is. If the key is lost, enrol a new till in another folder and tell the office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the file back from where it was moved. If it is lost, tell the office and enrol a new till in another folder (--home).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the folder back from where it was moved; the journal is kept as it is. If the key is lost, enrol a new till in another folder and tell the office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scan the card, or find the guest by phone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scan the code again: the till then asks the office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sell nothing on this till until IT has looked at the disk. Keep its folder as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in as the user who set the till up; the journal is kept as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split it into several sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start that version again, or update this one. Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of the central office is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The amount is too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The amount “{0}” could mean two things.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera {0} gives no picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office answers too slowly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office cannot be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office cannot do this just now: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office does not answer in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office is not available just now ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office says no: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office speaks {0}, this till version {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The central office's address cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the central office is not secure: its certificate does not fit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo film {0} could not be written to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk does not answer; whether this was recorded is not known yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk still does not take the till's journal ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The film {0} is damaged or is no film that can be played here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} holds no enrolled till.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of this till's journal is gone from {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring of this computer does not hold this till's key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring that holds this till's key does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The office has started its feed anew; this till takes a fresh copy of its data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The office's data arrived incomplete ({0}); the till goes on with what it has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The office's list of codes cannot be stored: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The office's news cannot be stored: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is too large (at most {0} megapixels and {1} MB).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture {0} could not be opened: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy set on this machine does not let the till through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file cannot be read: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {0} is not one JSON object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {0} is too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till goes on working and tries again by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till in {0} is already open in another window or process.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till is being closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till is busy and did nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till is enrolled; its list of codes is not loaded yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's file {0} cannot be used: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's folder {0} cannot be used: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's home {0} is a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's journal {0} cannot be used: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's journal {0} is damaged ({1}). It is kept exactly as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's journal {0} is gone, though this till has been in use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's journal {0} was written by a newer version of this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The till's key in {0} is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no film {0} at {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no readable QR code in this picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer's disk is almost full: nothing new can be recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer's disk is full. Nothing was recorded and nothing was taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file is damaged or is no picture that can be opened here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder already is the till “{0}” of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no enrolment code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not an amount.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is too long to be recorded in one piece; nothing was recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This till holds {0} of the {1} uses that are needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This till is not enrolled yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This was recorded before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too few codes of this form are left for {0} of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many guests are showing six digits at this moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the code that the office shows for this till, or scan its QR.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock the keyring (sign in on the desktop) and start the till again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update the older of the two; the till goes on selling meanwhile, and nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a PNG, JPEG or WebP file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a sharper picture in which the whole code with its white margin can be seen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a smaller picture, or one cut down to the code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use another folder for another till, or go on with this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use that one, or close it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use yes or no.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What answered is not the central office: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has {1} decimals, but the amount has {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} names an unknown setting: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1} cannot be {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1} is no address of a central office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” is not the address of a central office.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points earned</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Disk is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold a code or a guest's card in front of the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or open a picture that shows a code (F3).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or type the code below the picture (F2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paid {amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready to scan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receipt {number}, {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sale done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selling is stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Telephone ends in {digits}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code is being checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sale is safely recorded on this till.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This till has not been filled by the office yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uses known to the office: {uses} of {max_uses}, as of {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VIP: this order goes first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this till knows is as of {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{discount} off {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} % in points, {tier}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} % off, {tier}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{points} as of {when}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
