<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>BasketPanel</name>
    <message>
        <source>Amount of the bill</source>
        <translation>Сумма счёта</translation>
    </message>
    <message>
        <source>By points</source>
        <translation>Баллами</translation>
    </message>
    <message>
        <source>Clear amount and codes</source>
        <translation>Убрать сумму и коды</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Подтвердить</translation>
    </message>
    <message>
        <source>Confirm the sale</source>
        <translation>Подтвердить продажу</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>Скидка</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Сначала</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>К оплате</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Итого</translation>
    </message>
    <message>
        <source>Type the amount or choose items; scanned codes appear here too.</source>
        <translation>Введите сумму или выберите товары; здесь же появятся считанные коды.</translation>
    </message>
    <message>
        <source>What is sold, and the codes of this sale</source>
        <translation>Что продаётся и коды этой продажи</translation>
    </message>
</context>
<context>
    <name>Bill</name>
    <message>
        <source>Amount</source>
        <translation>Сумма</translation>
    </message>
    <message>
        <source>More points are possible.</source>
        <translation>Можно получить больше баллов.</translation>
    </message>
    <message>
        <source>Reward</source>
        <translation>Награда</translation>
    </message>
    <message>
        <source>Take: {codes}</source>
        <translation>Применить: {codes}</translation>
    </message>
    <message>
        <source>{amount} more off is possible.</source>
        <translation>Скидка может быть больше на {amount}.</translation>
    </message>
    <message>
        <source>−{points} pts</source>
        <translation>−{points} б.</translation>
    </message>
</context>
<context>
    <name>ByHand</name>
    <message>
        <source>Above {above} a second person agrees.</source>
        <translation>Больше {above} — только с согласия второго сотрудника.</translation>
    </message>
    <message>
        <source>Find the guest by name or phone.</source>
        <translation>Найдите гостя по имени или телефону.</translation>
    </message>
    <message>
        <source>Left here without the office: {left}.</source>
        <translation>Осталось здесь без связи с офисом: {left}.</translation>
    </message>
    <message>
        <source>Nobody was found.</source>
        <translation>Никто не найден.</translation>
    </message>
    <message>
        <source>Points by hand</source>
        <translation>Баллы вручную</translation>
    </message>
    <message>
        <source>Points for {name}</source>
        <translation>Баллы: {name}</translation>
    </message>
    <message>
        <source>Scan the guest's card, or find the guest.</source>
        <translation>Считайте карту гостя или найдите его.</translation>
    </message>
    <message>
        <source>This is no guest's card.</source>
        <translation>Это не карта гостя.</translation>
    </message>
    <message>
        <source>You may give or take up to {most} points at once.</source>
        <translation>Можно начислить или списать до {most} баллов за раз.</translation>
    </message>
    <message>
        <source>Your role gives and takes no points by hand: let a manager sign in.</source>
        <translation>Ваша роль не начисляет и не списывает баллы вручную: пусть войдёт менеджер.</translation>
    </message>
</context>
<context>
    <name>CameraPanel</name>
    <message>
        <source>Camera</source>
        <translation>Камера</translation>
    </message>
    <message>
        <source>Choose a camera (F4)</source>
        <translation>Выбрать камеру (F4)</translation>
    </message>
    <message>
        <source>Code (F2)</source>
        <translation>Код (F2)</translation>
    </message>
    <message>
        <source>Demo film</source>
        <translation>Демофильм</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Найти</translation>
    </message>
    <message>
        <source>Look up the typed code</source>
        <translation>Найти введённый код</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Нет камеры</translation>
    </message>
    <message>
        <source>No camera. Type the code, or open a picture.</source>
        <translation>Камеры нет. Введите код или откройте снимок.</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Открыть снимок</translation>
    </message>
    <message>
        <source>Open a picture with a code</source>
        <translation>Открыть снимок с кодом</translation>
    </message>
    <message>
        <source>The camera is gone. It comes back by itself; until then type the code.</source>
        <translation>Камера пропала. Она вернётся сама; пока вводите код вручную.</translation>
    </message>
    <message>
        <source>The camera is starting…</source>
        <translation>Камера включается…</translation>
    </message>
    <message>
        <source>The film is over. Choose it again to repeat it.</source>
        <translation>Фильм закончился. Выберите его снова, чтобы повторить.</translation>
    </message>
    <message>
        <source>The picture of the camera</source>
        <translation>Изображение с камеры</translation>
    </message>
    <message>
        <source>This film cannot be read. Choose another camera below.</source>
        <translation>Этот фильм не читается. Выберите ниже другую камеру.</translation>
    </message>
    <message>
        <source>Type a code</source>
        <translation>Ввести код</translation>
    </message>
</context>
<context>
    <name>CameraSheet</name>
    <message>
        <source>As in a mirror</source>
        <translation>Как в зеркале</translation>
    </message>
    <message>
        <source>As the camera sees</source>
        <translation>Как видит камера</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Авто</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Камера</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Готово</translation>
    </message>
    <message>
        <source>Far</source>
        <translation>Даль</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>Резкость</translation>
    </message>
    <message>
        <source>Hold a code before it, on a phone or on paper, as guests do.</source>
        <translation>Поднесите код — на телефоне или на бумаге, как это делают гости.</translation>
    </message>
    <message>
        <source>Light: exposure, in seconds</source>
        <translation>Свет: выдержка, в секундах</translation>
    </message>
    <message>
        <source>Near</source>
        <translation>Близь</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Нет камеры</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Картинка</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Показ</translation>
    </message>
    <message>
        <source>Set by your IT.</source>
        <translation>Задано вашими ИТ-специалистами.</translation>
    </message>
    <message>
        <source>Set up the camera</source>
        <translation>Настроить камеру</translation>
    </message>
    <message>
        <source>This camera does it by itself.</source>
        <translation>Эта камера делает это сама.</translation>
    </message>
</context>
<context>
    <name>CameraWords</name>
    <message>
        <source>Bring a lamp nearer, or choose a longer exposure.</source>
        <translation>Придвиньте лампу или выберите более длинную выдержку.</translation>
    </message>
    <message>
        <source>Choose a smaller picture, more light or a shorter exposure.</source>
        <translation>Выберите картинку поменьше, добавьте света или сократите выдержку.</translation>
    </message>
    <message>
        <source>Codes are read well.</source>
        <translation>Коды читаются хорошо.</translation>
    </message>
    <message>
        <source>Demo film</source>
        <translation>Демофильм</translation>
    </message>
    <message>
        <source>Hold it nearer, or choose a larger picture.</source>
        <translation>Поднесите его ближе или выберите картинку побольше.</translation>
    </message>
    <message>
        <source>Hold it still, nearer and flat.</source>
        <translation>Держите его неподвижно, ближе и ровно.</translation>
    </message>
    <message>
        <source>Hold the code a hand further away, wipe the lens, or set the focus by hand.</source>
        <translation>Отодвиньте код на ладонь, протрите объектив или задайте резкость вручную.</translation>
    </message>
    <message>
        <source>It is too bright.</source>
        <translation>Слишком светло.</translation>
    </message>
    <message>
        <source>It is too dark.</source>
        <translation>Слишком темно.</translation>
    </message>
    <message>
        <source>Leave the camera as it stands.</source>
        <translation>Оставьте камеру как стоит.</translation>
    </message>
    <message>
        <source>Now hold a code before the camera.</source>
        <translation>Теперь поднесите код к камере.</translation>
    </message>
    <message>
        <source>Pictures come slowly.</source>
        <translation>Кадры приходят медленно.</translation>
    </message>
    <message>
        <source>Read in {rate} % of the pictures · {fps} a second · {width} × {height}</source>
        <translation>Прочитано {rate} % кадров · {fps} в секунду · {width} × {height}</translation>
    </message>
    <message>
        <source>Some cameras take some seconds.</source>
        <translation>Некоторым камерам нужно несколько секунд.</translation>
    </message>
    <message>
        <source>Something glares.</source>
        <translation>Что-то бликует.</translation>
    </message>
    <message>
        <source>The code is seen but seldom read.</source>
        <translation>Код виден, но читается редко.</translation>
    </message>
    <message>
        <source>The code is too far away.</source>
        <translation>Код слишком далеко.</translation>
    </message>
    <message>
        <source>The picture is good.</source>
        <translation>Картинка хорошая.</translation>
    </message>
    <message>
        <source>The picture is out of focus.</source>
        <translation>Картинка нерезкая.</translation>
    </message>
    <message>
        <source>There is no picture yet.</source>
        <translation>Картинки пока нет.</translation>
    </message>
    <message>
        <source>Tilt the code a little, dim the phone, or choose a shorter exposure.</source>
        <translation>Слегка наклоните код, убавьте яркость телефона или сократите выдержку.</translation>
    </message>
    <message>
        <source>Turn the camera away from the light, or choose a shorter exposure.</source>
        <translation>Отверните камеру от света или сократите выдержку.</translation>
    </message>
    <message>
        <source>Waiting for pictures…</source>
        <translation>Ждём кадров…</translation>
    </message>
</context>
<context>
    <name>Cameras</name>
    <message>
        <source>No camera</source>
        <translation>Нет камеры</translation>
    </message>
    <message>
        <source>The camera is gone. It comes back by itself.</source>
        <translation>Камера пропала. Она вернётся сама.</translation>
    </message>
</context>
<context>
    <name>Cases</name>
    <message>
        <source>Case {number}</source>
        <translation>Случай {number}</translation>
    </message>
    <message>
        <source>None open</source>
        <translation>Открытых нет</translation>
    </message>
    <message>
        <source>Nothing needs your attention.</source>
        <translation>Ничто не требует внимания.</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Номер</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Открыт</translation>
    </message>
    <message>
        <source>found by this till</source>
        <translation>нашла сама касса</translation>
    </message>
    <message>
        <source>{count} open</source>
        <translation>Открыто: {count}</translation>
    </message>
</context>
<context>
    <name>CasesScreen</name>
    <message>
        <source>Cases of this till</source>
        <translation>Случаи этой кассы</translation>
    </message>
    <message>
        <source>Show the sale</source>
        <translation>Показать продажу</translation>
    </message>
    <message>
        <source>Show the sale that this is about</source>
        <translation>Показать продажу, о которой речь</translation>
    </message>
</context>
<context>
    <name>ChildRow</name>
    <message>
        <source>Born, as in 2019-07-02</source>
        <translation>Рожд. 02.07.2019</translation>
    </message>
    <message>
        <source>Child's name</source>
        <translation>Имя ребёнка</translation>
    </message>
    <message>
        <source>Take this child out</source>
        <translation>Убрать ребёнка</translation>
    </message>
</context>
<context>
    <name>ChildRows</name>
    <message>
        <source>Add a child</source>
        <translation>Добавить ребёнка</translation>
    </message>
</context>
<context>
    <name>ChoiceRow</name>
    <message>
        <source>Take</source>
        <translation>Взять</translation>
    </message>
    <message>
        <source>Take off</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Take off: {what}</source>
        <translation>Убрать: {what}</translation>
    </message>
    <message>
        <source>Take: {what}</source>
        <translation>Взять: {what}</translation>
    </message>
</context>
<context>
    <name>CodeOffer</name>
    <message>
        <source>unreadable</source>
        <translation>нечитаемый</translation>
    </message>
</context>
<context>
    <name>CodeRow</name>
    <message>
        <source>Take off</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Take this code off the sale</source>
        <translation>Убрать этот код из продажи</translation>
    </message>
</context>
<context>
    <name>CodesSheet</name>
    <message>
        <source>All of them</source>
        <translation>Все</translation>
    </message>
    <message>
        <source>Several codes</source>
        <translation>Несколько кодов</translation>
    </message>
    <message>
        <source>Which one is meant? Touch it, or press its figure.</source>
        <translation>Какой из них нужен? Коснитесь его или нажмите его цифру.</translation>
    </message>
</context>
<context>
    <name>DecideSheet</name>
    <message>
        <source>Allow</source>
        <translation>Разрешить</translation>
    </message>
    <message>
        <source>Do not allow</source>
        <translation>Не разрешать</translation>
    </message>
    <message>
        <source>Note (if there is something to add)</source>
        <translation>Примечание (если есть что добавить)</translation>
    </message>
</context>
<context>
    <name>Decision</name>
    <message>
        <source>A manager decides</source>
        <translation>Решает менеджер</translation>
    </message>
    <message>
        <source>A shift manager enters the PIN or shows the badge.</source>
        <translation>Менеджер смены вводит ПИН-код или показывает бейдж.</translation>
    </message>
    <message>
        <source>Allow this use?</source>
        <translation>Разрешить применение?</translation>
    </message>
    <message>
        <source>Date and time checked</source>
        <translation>Дата и время проверены</translation>
    </message>
    <message>
        <source>Refuse this use?</source>
        <translation>Отказать в применении?</translation>
    </message>
    <message>
        <source>Something else (see note)</source>
        <translation>Другое (см. примечание)</translation>
    </message>
    <message>
        <source>The guest is known</source>
        <translation>Гость известен</translation>
    </message>
    <message>
        <source>The office was called</source>
        <translation>Звонили в офис</translation>
    </message>
</context>
<context>
    <name>EnrolScreen</name>
    <message>
        <source>Address of the office</source>
        <translation>Адрес офиса</translation>
    </message>
    <message>
        <source>As the office shows it</source>
        <translation>Как показывает офис</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>Подключить</translation>
    </message>
    <message>
        <source>Enrol this till</source>
        <translation>Подключение кассы</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>Одноразовый код</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Вставить</translation>
    </message>
    <message>
        <source>Paste the code or the whole link</source>
        <translation>Вставить код или всю ссылку</translation>
    </message>
    <message>
        <source>Show the QR code from the office</source>
        <translation>Покажите QR-код из офиса</translation>
    </message>
    <message>
        <source>The office makes it under Tills. Hold it in front of the camera.</source>
        <translation>Офис создаёт его в разделе «Кассы». Поднесите его к камере.</translation>
    </message>
</context>
<context>
    <name>Flow</name>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Check the address and this machine's network, then try again.</source>
        <translation>Проверьте адрес и сеть этого компьютера, затем попробуйте снова.</translation>
    </message>
    <message>
        <source>Check the files</source>
        <translation>Проверить файлы</translation>
    </message>
    <message>
        <source>Enrolling this till…</source>
        <translation>Касса подключается…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Keep it connected; an interrupted load goes on where it stopped.</source>
        <translation>Не отключайте её от сети; прерванная загрузка продолжится с того же места.</translation>
    </message>
    <message>
        <source>Loading codes and guests…</source>
        <translation>Загружаются коды и гости…</translation>
    </message>
    <message>
        <source>Nobody can sign in before this till has its first copy from the office.</source>
        <translation>Пока касса не получит из офиса первую копию, войти никто не сможет.</translation>
    </message>
    <message>
        <source>Opening the till…</source>
        <translation>Касса открывается…</translation>
    </message>
    <message>
        <source>Selling is stopped</source>
        <translation>Продажи остановлены</translation>
    </message>
    <message>
        <source>Show your own, or enter your PIN.</source>
        <translation>Покажите свой бейдж или введите ПИН-код.</translation>
    </message>
    <message>
        <source>The files are sound again</source>
        <translation>Файлы снова в порядке</translation>
    </message>
    <message>
        <source>The till asks again by itself.</source>
        <translation>Касса сама спрашивает снова.</translation>
    </message>
    <message>
        <source>The till cannot be opened</source>
        <translation>Кассу не удаётся открыть</translation>
    </message>
    <message>
        <source>This is not a badge.</source>
        <translation>Это не бейдж.</translation>
    </message>
    <message>
        <source>This till gets its first copy from the office. It is done once.</source>
        <translation>Касса получает из офиса первую копию данных. Это делается один раз.</translation>
    </message>
    <message>
        <source>This till was told to work without the office. Start it once without that setting.</source>
        <translation>Этой кассе велено работать без офиса. Запустите её один раз без этой настройки.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Попробовать снова</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Попробовать сейчас</translation>
    </message>
    <message>
        <source>Waiting for the office</source>
        <translation>Ждём офис</translation>
    </message>
</context>
<context>
    <name>Guard</name>
    <message>
        <source>A sale is open and has not been recorded. Closing forgets it; its codes stay unused.</source>
        <translation>Открытая продажа ещё не записана. При закрытии она пропадёт; её коды останутся неиспользованными.</translation>
    </message>
    <message>
        <source>A sale is open.</source>
        <translation>Есть открытая продажа.</translation>
    </message>
    <message>
        <source>Close the till?</source>
        <translation>Закрыть кассу?</translation>
    </message>
    <message>
        <source>Forget the sale and close</source>
        <translation>Забыть продажу и закрыть</translation>
    </message>
    <message>
        <source>It is kept for whoever signs in.</source>
        <translation>Она сохранится для того, кто войдёт.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Остаться</translation>
    </message>
</context>
<context>
    <name>Guest</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n балл</numerusform>
            <numerusform>%n балла</numerusform>
            <numerusform>%n баллов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points could pay {amount}.</source>
        <translation>
            <numerusform>%n балл может оплатить {amount}.</numerusform>
            <numerusform>%n балла могут оплатить {amount}.</numerusform>
            <numerusform>%n баллов могут оплатить {amount}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points pay {amount}.</source>
        <translation>
            <numerusform>%n балл оплачивает {amount}.</numerusform>
            <numerusform>%n балла оплачивают {amount}.</numerusform>
            <numerusform>%n баллов оплачивают {amount}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points to {tier}</source>
        <translation>
            <numerusform>%n балл до уровня {tier}</numerusform>
            <numerusform>%n балла до уровня {tier}</numerusform>
            <numerusform>%n баллов до уровня {tier}</numerusform>
        </translation>
    </message>
    <message>
        <source>{points} as of {when}</source>
        <translation>{points} на {when}</translation>
    </message>
    <message>
        <source>{tier} is the highest tier.</source>
        <translation>{tier} — высший уровень.</translation>
    </message>
</context>
<context>
    <name>GuestPanel</name>
    <message>
        <source>How many points pay</source>
        <translation>Сколько баллов списать</translation>
    </message>
    <message>
        <source>Pay a part with the guest's points</source>
        <translation>Оплатить часть баллами гостя</translation>
    </message>
    <message>
        <source>Pay with points</source>
        <translation>Оплатить баллами</translation>
    </message>
    <message>
        <source>Pay without points</source>
        <translation>Оплатить без баллов</translation>
    </message>
    <message>
        <source>Take off</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Vouchers and rewards</source>
        <translation>Купоны и награды</translation>
    </message>
    <message>
        <source>Vouchers and rewards: {count}</source>
        <translation>Купоны и награды: {count}</translation>
    </message>
</context>
<context>
    <name>GuestProfile</name>
    <message>
        <source>Back to the form</source>
        <translation>К анкете</translation>
    </message>
    <message>
        <source>Put this guest on the bill</source>
        <translation>Добавить гостя в счёт</translation>
    </message>
    <message>
        <source>To the sale</source>
        <translation>В продажу</translation>
    </message>
</context>
<context>
    <name>GuestSheet</name>
    <message>
        <source>Guests that were found</source>
        <translation>Найденные гости</translation>
    </message>
    <message>
        <source>Name, phone or last four digits</source>
        <translation>Имя, телефон или последние четыре цифры</translation>
    </message>
</context>
<context>
    <name>Guests</name>
    <message numerus="yes">
        <source>%n guests</source>
        <translation>
            <numerusform>%n гость</numerusform>
            <numerusform>%n гостя</numerusform>
            <numerusform>%n гостей</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n балл</numerusform>
            <numerusform>%n балла</numerusform>
            <numerusform>%n баллов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n purchases</source>
        <translation>
            <numerusform>%n покупка</numerusform>
            <numerusform>%n покупки</numerusform>
            <numerusform>%n покупок</numerusform>
        </translation>
    </message>
    <message>
        <source>Many guests answer to this: type more.</source>
        <translation>Таких гостей много: введите ещё.</translation>
    </message>
    <message>
        <source>Nearly the same name</source>
        <translation>Почти такое же имя</translation>
    </message>
    <message>
        <source>Nobody answers to this.</source>
        <translation>Никого не нашлось.</translation>
    </message>
    <message>
        <source>Phone ending in {digits}</source>
        <translation>Телефон оканчивается на {digits}</translation>
    </message>
    <message>
        <source>Registered here. The office hears of it as soon as it can be reached.</source>
        <translation>Зарегистрирован здесь. Офис узнает об этом, как только появится связь.</translation>
    </message>
    <message>
        <source>The same phone number</source>
        <translation>Тот же номер телефона</translation>
    </message>
    <message>
        <source>This card is theirs</source>
        <translation>Это его карта</translation>
    </message>
    <message>
        <source>new here</source>
        <translation>новый</translation>
    </message>
</context>
<context>
    <name>GuestsPlace</name>
    <message>
        <source>The guest is registered.</source>
        <translation>Гость зарегистрирован.</translation>
    </message>
</context>
<context>
    <name>GuestsScreen</name>
    <message>
        <source>Find a guest</source>
        <translation>Найти гостя</translation>
    </message>
    <message>
        <source>Find a guest (F2)</source>
        <translation>Найти гостя (F2)</translation>
    </message>
    <message>
        <source>Find a guest by name, phone or its last four digits</source>
        <translation>Найти гостя по имени, телефону или его последним четырём цифрам</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Найти</translation>
    </message>
    <message>
        <source>Look up what was typed</source>
        <translation>Найти то, что набрано</translation>
    </message>
    <message>
        <source>Name, phone or last four digits</source>
        <translation>Имя, телефон или 4 цифры</translation>
    </message>
    <message>
        <source>New guest</source>
        <translation>Новый гость</translation>
    </message>
    <message>
        <source>Type a name, a phone number or its last four digits, or scan a card. Enter looks six digits up as those of a card.</source>
        <translation>Введите имя, номер телефона или его последние четыре цифры либо считайте карту. Шесть цифр по Enter ищутся как цифры карты.</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>A hand scanner needs none of them: just scan, wherever you are.</source>
        <translation>Ручному сканеру они не нужны: просто считывайте код на любом экране.</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Назад</translation>
    </message>
    <message>
        <source>Choose a camera</source>
        <translation>Выбрать камеру</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Везде</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Весь экран</translation>
    </message>
    <message>
        <source>How the till stands with the office</source>
        <translation>Связь с офисом</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>Light or dark colours</source>
        <translation>Светлые или тёмные цвета</translation>
    </message>
    <message>
        <source>Lock, or change the cashier</source>
        <translation>Блокировка или смена кассира</translation>
    </message>
    <message>
        <source>Paste a code or a picture</source>
        <translation>Вставить код или снимок</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Разделы</translation>
    </message>
    <message>
        <source>Press the button that has the frame</source>
        <translation>Нажать кнопку в рамке</translation>
    </message>
    <message>
        <source>Put away what was said above the screen</source>
        <translation>Убрать сообщение над экраном</translation>
    </message>
    <message>
        <source>Put the typed amount on the bill, and type the next</source>
        <translation>Внести набранную сумму в счёт и набрать следующую</translation>
    </message>
    <message>
        <source>Receipts that were not printed, or the newest one</source>
        <translation>Ненапечатанные чеки или последний чек</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Поиск</translation>
    </message>
    <message>
        <source>So many of the next amount or item, as in 3×4.50</source>
        <translation>Столько раз следующая сумма или товар, например 3×4,50</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Пробел</translation>
    </message>
    <message>
        <source>The other language</source>
        <translation>Другой язык</translation>
    </message>
    <message>
        <source>This help</source>
        <translation>Эта справка</translation>
    </message>
    <message>
        <source>To the next field or button</source>
        <translation>К следующему полю или кнопке</translation>
    </message>
    <message>
        <source>Type a code</source>
        <translation>Ввести код</translation>
    </message>
    <message>
        <source>Type the amount</source>
        <translation>Ввести сумму</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Open a picture with a code</source>
        <translation>Открыть снимок с кодом</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Снимки</translation>
    </message>
</context>
<context>
    <name>ItemGrid</name>
    <message>
        <source>All</source>
        <translation>Все</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Каталог</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Категория</translation>
    </message>
    <message>
        <source>Nothing in the catalogue is called that.</source>
        <translation>В каталоге ничего такого нет.</translation>
    </message>
    <message>
        <source>Search (F7)</source>
        <translation>Поиск (F7)</translation>
    </message>
    <message>
        <source>Search the catalogue</source>
        <translation>Поиск по каталогу</translation>
    </message>
    <message>
        <source>The office has given this till no catalogue. Enter the amount.</source>
        <translation>Офис не прислал кассе каталог. Введите сумму.</translation>
    </message>
</context>
<context>
    <name>ItemRow</name>
    <message>
        <source>One less: {what}</source>
        <translation>На один меньше: {what}</translation>
    </message>
    <message>
        <source>One more: {what}</source>
        <translation>На один больше: {what}</translation>
    </message>
    <message>
        <source>Take off: {what}</source>
        <translation>Убрать: {what}</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Decimal sign</source>
        <translation>Десятичный знак</translation>
    </message>
    <message>
        <source>Delete all figures</source>
        <translation>Стереть все цифры</translation>
    </message>
    <message>
        <source>Delete the last figure</source>
        <translation>Стереть последнюю цифру</translation>
    </message>
    <message>
        <source>Put this amount on the bill and type the next</source>
        <translation>Внести сумму в счёт и ввести следующую</translation>
    </message>
    <message>
        <source>Times: so many of the next amount or item</source>
        <translation>Умножить: столько раз следующая сумма или товар</translation>
    </message>
</context>
<context>
    <name>LeftOpen</name>
    <message numerus="yes">
        <source>%n codes were scanned for it. Scan them again.</source>
        <translation>
            <numerusform>Для неё был считан %n код. Считайте его снова.</numerusform>
            <numerusform>Для неё было считано %n кода. Считайте их снова.</numerusform>
            <numerusform>Для неё было считано %n кодов. Считайте их снова.</numerusform>
        </translation>
    </message>
    <message>
        <source>A sale was not finished</source>
        <translation>Продажа не завершена</translation>
    </message>
    <message>
        <source>Paid {amount}</source>
        <translation>Оплачено {amount}</translation>
    </message>
    <message>
        <source>Receipt {number}, {when}</source>
        <translation>Чек {number}, {when}</translation>
    </message>
    <message>
        <source>The amounts are back on the bill: confirm it, or start over (F6).</source>
        <translation>Суммы снова в счёте: подтвердите его или начните заново (F6).</translation>
    </message>
    <message>
        <source>The last sale is done</source>
        <translation>Последняя продажа проведена</translation>
    </message>
    <message>
        <source>The till stopped before it was confirmed. Nothing of it is recorded.</source>
        <translation>Касса остановилась до подтверждения. Ничего не записано.</translation>
    </message>
    <message>
        <source>The till stopped while it was being recorded. It is recorded, once: do not repeat it.</source>
        <translation>Касса остановилась во время записи. Продажа записана один раз: не повторяйте её.</translation>
    </message>
</context>
<context>
    <name>LetterKeys</name>
    <message>
        <source>Capital letters</source>
        <translation>Заглавные буквы</translation>
    </message>
    <message>
        <source>Delete the last sign</source>
        <translation>Стереть последний знак</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Готово</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Ввод</translation>
    </message>
    <message>
        <source>Keys of letters</source>
        <translation>Клавиши с буквами</translation>
    </message>
    <message>
        <source>Letters with accents</source>
        <translation>Буквы с надстрочными знаками</translation>
    </message>
    <message>
        <source>Other alphabet</source>
        <translation>Другой алфавит</translation>
    </message>
    <message>
        <source>Put the keys away</source>
        <translation>Убрать клавиши</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>Знаки</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Пробел</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Print…</source>
        <translation>Печать…</translation>
    </message>
    <message>
        <source>Put this line away</source>
        <translation>Убрать это сообщение</translation>
    </message>
    <message>
        <source>Receipts that were not printed</source>
        <translation>Чеки, которые не напечатаны</translation>
    </message>
</context>
<context>
    <name>PinDots</name>
    <message numerus="yes">
        <source>%n figures entered</source>
        <translation>
            <numerusform>Введена %n цифра</numerusform>
            <numerusform>Введено %n цифры</numerusform>
            <numerusform>Введено %n цифр</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinSheet</name>
    <message>
        <source>Agree</source>
        <translation>Согласен</translation>
    </message>
</context>
<context>
    <name>PointsSheet</name>
    <message>
        <source>Give</source>
        <translation>Начислить</translation>
    </message>
    <message>
        <source>Give points</source>
        <translation>Начислить баллы</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Баллы</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Причина</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Записать</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Списать</translation>
    </message>
    <message>
        <source>Take points</source>
        <translation>Списать баллы</translation>
    </message>
    <message>
        <source>What happened (required)</source>
        <translation>Что случилось (обязательно)</translation>
    </message>
</context>
<context>
    <name>PrinterSheet</name>
    <message>
        <source>Address lines, with | between them</source>
        <translation>Строки адреса через |</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Копии</translation>
    </message>
    <message>
        <source>Greeting at the end</source>
        <translation>Строка в конце чека</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>Буквы</translation>
    </message>
    <message>
        <source>Logo (a picture's path)</source>
        <translation>Логотип (путь к файлу)</translation>
    </message>
    <message>
        <source>Model (default if not listed)</source>
        <translation>Модель (иначе default)</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Нет</translation>
    </message>
    <message>
        <source>Open the drawer</source>
        <translation>Открывать ящик</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Бумага</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Рисунок</translation>
    </message>
    <message>
        <source>Print each sale</source>
        <translation>Печатать каждый чек</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>Принтер</translation>
    </message>
    <message>
        <source>Receipt printer</source>
        <translation>Принтер чеков</translation>
    </message>
    <message>
        <source>Set by your IT.</source>
        <translation>Задано вашим ИТ.</translation>
    </message>
    <message>
        <source>Test print</source>
        <translation>Пробная печать</translation>
    </message>
    <message>
        <source>Use this printer</source>
        <translation>Использовать</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Да</translation>
    </message>
    <message>
        <source>none, tcp://HOST:9100, usb:VENDOR:PRODUCT, file:PATH or pdf:FOLDER</source>
        <translation>none, tcp://ХОСТ:9100, usb:VENDOR:PRODUCT, file:ПУТЬ или pdf:ПАПКА</translation>
    </message>
    <message>
        <source>{width} mm</source>
        <translation>{width} мм</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Cases</source>
        <translation>Случаи</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Гости</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Помощь</translation>
    </message>
    <message>
        <source>Help: every key</source>
        <translation>Помощь: все клавиши</translation>
    </message>
    <message>
        <source>No shift is open.</source>
        <translation>Смена не открыта.</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>Чеки</translation>
    </message>
    <message>
        <source>Sell</source>
        <translation>Продажа</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Смена</translation>
    </message>
</context>
<context>
    <name>ReasonSheet</name>
    <message>
        <source>Go on</source>
        <translation>Дальше</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Примечание</translation>
    </message>
    <message>
        <source>Note (if there is something to add)</source>
        <translation>Примечание (если есть что добавить)</translation>
    </message>
    <message>
        <source>Note (required)</source>
        <translation>Примечание (обязательно)</translation>
    </message>
</context>
<context>
    <name>ReceiptSheet</name>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Печать</translation>
    </message>
    <message>
        <source>Save PDF</source>
        <translation>Сохранить PDF</translation>
    </message>
</context>
<context>
    <name>Receipts</name>
    <message numerus="yes">
        <source>%n receipts are not printed: Ctrl+P prints them.</source>
        <translation>
            <numerusform>Не напечатан %n чек: Ctrl+P напечатает.</numerusform>
            <numerusform>Не напечатаны %n чека: Ctrl+P напечатает.</numerusform>
            <numerusform>Не напечатаны %n чеков: Ctrl+P напечатает.</numerusform>
        </translation>
    </message>
    <message>
        <source>No receipt printer is set up: save it as PDF.</source>
        <translation>Принтер чеков не настроен: сохраните в PDF.</translation>
    </message>
    <message>
        <source>The test was sent. Look at the paper.</source>
        <translation>Проба отправлена. Посмотрите на бумагу.</translation>
    </message>
</context>
<context>
    <name>RecentSales</name>
    <message>
        <source>No. {number}</source>
        <translation>№ {number}</translation>
    </message>
    <message>
        <source>Nothing was sold yet.</source>
        <translation>Продаж пока не было.</translation>
    </message>
    <message>
        <source>Recent sales, VIP first</source>
        <translation>Продажи, VIP первыми</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Отменена</translation>
    </message>
</context>
<context>
    <name>RefundSheet</name>
    <message>
        <source>Amount that goes back</source>
        <translation>Сумма возврата</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Всё</translation>
    </message>
    <message>
        <source>Give back everything that is left</source>
        <translation>Вернуть всё, что осталось</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Дальше</translation>
    </message>
    <message>
        <source>Lines of the sale</source>
        <translation>Строки продажи</translation>
    </message>
    <message>
        <source>Mark lines, or type an amount</source>
        <translation>Отметьте строки или введите сумму</translation>
    </message>
</context>
<context>
    <name>RegisterForm</name>
    <message>
        <source>Back</source>
        <translation>Назад</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Карта</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Очистить</translation>
    </message>
    <message>
        <source>Data may be kept</source>
        <translation>Данные можно хранить</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Эл. почта</translation>
    </message>
    <message>
        <source>First name and surname</source>
        <translation>Имя и фамилия</translation>
    </message>
    <message>
        <source>If the guest likes</source>
        <translation>По желанию гостя</translation>
    </message>
    <message>
        <source>Messages are welcome</source>
        <translation>Согласен на сообщения</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>New guest</source>
        <translation>Новый гость</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Телефон</translation>
    </message>
    <message>
        <source>Referral code</source>
        <translation>Реферальный код</translation>
    </message>
    <message>
        <source>Referral code (required)</source>
        <translation>Реферальный код (нужен)</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>Зарегистрировать</translation>
    </message>
    <message>
        <source>Scan a card, if there is one</source>
        <translation>Считайте новую карту</translation>
    </message>
    <message>
        <source>Scan or type it</source>
        <translation>Считайте или введите</translation>
    </message>
    <message>
        <source>The guest agrees that their data is kept (required)</source>
        <translation>Гость согласен на хранение своих данных (обязательно)</translation>
    </message>
    <message>
        <source>The guest agrees to get messages</source>
        <translation>Гость согласен получать сообщения</translation>
    </message>
    <message>
        <source>With country: +49 30 …</source>
        <translation>С кодом страны: +7 912 …</translation>
    </message>
</context>
<context>
    <name>Registering</name>
    <message>
        <source>Is it somebody else?</source>
        <translation>Это другой человек?</translation>
    </message>
    <message>
        <source>May be the same guest</source>
        <translation>Возможно, это тот же гость</translation>
    </message>
    <message>
        <source>Nobody like this is registered yet.</source>
        <translation>Похожих гостей пока нет.</translation>
    </message>
    <message>
        <source>Register somebody else</source>
        <translation>Это другой гость</translation>
    </message>
    <message>
        <source>Somebody with nearly this name is registered already: {names}.</source>
        <translation>Гость с почти таким же именем уже есть: {names}.</translation>
    </message>
</context>
<context>
    <name>SaleRow</name>
    <message>
        <source>VIP</source>
        <translation>VIP</translation>
    </message>
</context>
<context>
    <name>Sales</name>
    <message>
        <source>A code without a sale</source>
        <translation>Код без продажи</translation>
    </message>
    <message>
        <source>A part has gone back already.</source>
        <translation>Часть уже возвращена.</translation>
    </message>
    <message>
        <source>A second person agrees</source>
        <translation>Согласие второго сотрудника</translation>
    </message>
    <message>
        <source>Before discounts</source>
        <translation>До скидок</translation>
    </message>
    <message>
        <source>Can still go back</source>
        <translation>Ещё можно вернуть</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>Жалоба</translation>
    </message>
    <message>
        <source>Discounts</source>
        <translation>Скидки</translation>
    </message>
    <message>
        <source>Everything has gone back.</source>
        <translation>Всё возвращено.</translation>
    </message>
    <message>
        <source>Give back {amount}</source>
        <translation>Вернуть {amount}</translation>
    </message>
    <message>
        <source>Give back: {sale}</source>
        <translation>Возврат: {sale}</translation>
    </message>
    <message>
        <source>Goods returned</source>
        <translation>Товар возвращён</translation>
    </message>
    <message>
        <source>Hand back {amount}.</source>
        <translation>Отдайте {amount}.</translation>
    </message>
    <message>
        <source>Line {number}</source>
        <translation>Строка {number}</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Строки</translation>
    </message>
    <message>
        <source>Mistake at the till</source>
        <translation>Ошибка на кассе</translation>
    </message>
    <message>
        <source>Nothing was sold yet.</source>
        <translation>Пока ничего не продано.</translation>
    </message>
    <message>
        <source>Of another till: a second person agrees.</source>
        <translation>Другая касса: нужно согласие второго сотрудника.</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>Оплачено</translation>
    </message>
    <message>
        <source>Points earned</source>
        <translation>Начислено баллов</translation>
    </message>
    <message>
        <source>Receipt {number}</source>
        <translation>Чек {number}</translation>
    </message>
    <message>
        <source>Recorded under receipt {number}.</source>
        <translation>Записано чеком {number}.</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Сохранено</translation>
    </message>
    <message>
        <source>Something else</source>
        <translation>Другое</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Итог</translation>
    </message>
    <message>
        <source>The guest left</source>
        <translation>Гость ушёл</translation>
    </message>
    <message>
        <source>The sale counts as never made; codes and points come back.</source>
        <translation>Продажи как не было; коды и баллы возвращаются.</translation>
    </message>
    <message>
        <source>This was sold at {till}.</source>
        <translation>Продано на кассе {till}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>Undo the last sale?</source>
        <translation>Отменить последнюю продажу?</translation>
    </message>
    <message>
        <source>Up to {amount} can go back.</source>
        <translation>Вернуть можно до {amount}.</translation>
    </message>
    <message>
        <source>Void: {sale}</source>
        <translation>Отмена: {sale}</translation>
    </message>
    <message>
        <source>What this till sold last counts as never made; codes and points come back.</source>
        <translation>Последней продажи этой кассы как не было; коды и баллы возвращаются.</translation>
    </message>
    <message>
        <source>Wrong item</source>
        <translation>Не тот товар</translation>
    </message>
    <message>
        <source>and with points</source>
        <translation>и баллами</translation>
    </message>
    <message>
        <source>codes: {count}</source>
        <translation>коды: {count}</translation>
    </message>
    <message>
        <source>paid {amount}</source>
        <translation>уплачено {amount}</translation>
    </message>
    <message>
        <source>voided</source>
        <translation>отменён</translation>
    </message>
    <message>
        <source>waits for the office</source>
        <translation>ждёт отправки</translation>
    </message>
    <message>
        <source>{amount} back</source>
        <translation>возвращено {amount}</translation>
    </message>
    <message>
        <source>{points} earned points are taken back.</source>
        <translation>Начисленные баллы удержаны: {points}.</translation>
    </message>
    <message>
        <source>{points} points go back to the guest.</source>
        <translation>Гостю вернётся баллов: {points}.</translation>
    </message>
</context>
<context>
    <name>SalesScreen</name>
    <message>
        <source>CSV</source>
        <translation>В CSV</translation>
    </message>
    <message>
        <source>Choose a sale, or scan its receipt.</source>
        <translation>Выберите продажу или считайте чек.</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Найти</translation>
    </message>
    <message>
        <source>Find a sale by its receipt</source>
        <translation>Найти продажу по чеку</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>Вернуть</translation>
    </message>
    <message>
        <source>Give back a part or the rest</source>
        <translation>Вернуть часть или остаток</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Чек</translation>
    </message>
    <message>
        <source>Receipt number, or scan the receipt</source>
        <translation>Номер чека — или считайте чек</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>Продажи</translation>
    </message>
    <message>
        <source>Save the list as CSV</source>
        <translation>Сохранить список в CSV</translation>
    </message>
    <message>
        <source>Show the receipt, print it again</source>
        <translation>Показать чек, напечатать ещё раз</translation>
    </message>
    <message>
        <source>Undo last</source>
        <translation>Отменить последнюю</translation>
    </message>
    <message>
        <source>Undo the last sale of this till</source>
        <translation>Отменить последнюю продажу этой кассы</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>Void the whole sale</source>
        <translation>Отменить всю продажу</translation>
    </message>
</context>
<context>
    <name>SettingsPlace</name>
    <message>
        <source>A shift manager or IT opens this by PIN.</source>
        <translation>Открывает менеджер смены или ИТ-специалист своим ПИН-кодом.</translation>
    </message>
    <message>
        <source>Unlock the machine's settings</source>
        <translation>Открыть настройки компьютера</translation>
    </message>
</context>
<context>
    <name>SettingsScreen</name>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n мин</numerusform>
            <numerusform>%n мин</numerusform>
            <numerusform>%n мин</numerusform>
        </translation>
    </message>
    <message>
        <source>A shift manager or IT opens this by PIN.</source>
        <translation>Открывает менеджер смены или ИТ-специалист своим ПИН-кодом.</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Всегда</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>By touch</source>
        <translation>По касанию</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Цвета</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмные</translation>
    </message>
    <message>
        <source>For you</source>
        <translation>Для вас</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Весь экран</translation>
    </message>
    <message>
        <source>Is everything of this till at the office?</source>
        <translation>Всё ли с этой кассы есть в офисе?</translation>
    </message>
    <message>
        <source>Its rate</source>
        <translation>Скорость порта</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Letters on the screen</source>
        <translation>Клавиатура на экране</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлые</translation>
    </message>
    <message>
        <source>Locks itself after</source>
        <translation>Блокируется через</translation>
    </message>
    <message>
        <source>May it be closed?</source>
        <translation>Можно ли закрыть?</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Никогда</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Нет</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Выкл.</translation>
    </message>
    <message>
        <source>Port of a serial scanner</source>
        <translation>Порт сканера</translation>
    </message>
    <message>
        <source>Receipt printer</source>
        <translation>Принтер чеков</translation>
    </message>
    <message>
        <source>Sent after a code</source>
        <translation>После кода</translation>
    </message>
    <message>
        <source>Sent before a code</source>
        <translation>Перед кодом</translation>
    </message>
    <message>
        <source>Set by your IT.</source>
        <translation>Задано вашими ИТ-специалистами.</translation>
    </message>
    <message>
        <source>Set the receipt printer up</source>
        <translation>Настроить принтер чеков</translation>
    </message>
    <message>
        <source>Set up the camera</source>
        <translation>Настроить камеру</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>Звуки</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Этот компьютер</translation>
    </message>
    <message>
        <source>This till</source>
        <translation>Эта касса</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Unlock the machine's settings</source>
        <translation>Открыть настройки компьютера</translation>
    </message>
    <message>
        <source>Use this scanner</source>
        <translation>Применить</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Окно</translation>
    </message>
    <message>
        <source>With a frame</source>
        <translation>В рамке</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message numerus="yes">
        <source>%n scanned codes wait until this is closed.</source>
        <translation>
            <numerusform>%n считанный код ждёт, пока вы это не закроете.</numerusform>
            <numerusform>%n считанных кода ждут, пока вы это не закроете.</numerusform>
            <numerusform>%n считанных кодов ждут, пока вы это не закроете.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
</context>
<context>
    <name>Shift</name>
    <message>
        <source>Abuse</source>
        <translation>Злоупотребление</translation>
    </message>
    <message>
        <source>Apology</source>
        <translation>Извинение</translation>
    </message>
    <message>
        <source>Birthday</source>
        <translation>День рождения</translation>
    </message>
    <message>
        <source>Card and other (empty for none)</source>
        <translation>Карты и прочее (пусто, если нет)</translation>
    </message>
    <message>
        <source>Card was forgotten</source>
        <translation>Карта забыта</translation>
    </message>
    <message>
        <source>Close the shift</source>
        <translation>Закрытие смены</translation>
    </message>
    <message>
        <source>Close with Z report</source>
        <translation>Закрыть Z-отчётом</translation>
    </message>
    <message>
        <source>Count the drawer. After this the shift is closed for good.</source>
        <translation>Пересчитайте ящик. После этого смена закрыта окончательно.</translation>
    </message>
    <message>
        <source>Count what is in the drawer before the first sale.</source>
        <translation>Пересчитайте деньги в ящике до первой продажи.</translation>
    </message>
    <message>
        <source>Counted in the drawer</source>
        <translation>Посчитано в ящике</translation>
    </message>
    <message>
        <source>Earlier shifts</source>
        <translation>Прежние смены</translation>
    </message>
    <message>
        <source>Everything was accepted so far.</source>
        <translation>Пока всё принято.</translation>
    </message>
    <message>
        <source>Money in the drawer</source>
        <translation>Деньги в ящике</translation>
    </message>
    <message>
        <source>No points were given or taken by hand.</source>
        <translation>Баллы вручную не начислялись и не списывались.</translation>
    </message>
    <message>
        <source>No shift is open.</source>
        <translation>Смена не открыта.</translation>
    </message>
    <message>
        <source>No shift was closed here yet.</source>
        <translation>Здесь ещё не закрывали смену.</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Не принято</translation>
    </message>
    <message>
        <source>Note (if there is something to add)</source>
        <translation>Примечание (если есть что добавить)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Open a shift</source>
        <translation>Открытие смены</translation>
    </message>
    <message>
        <source>Points by hand</source>
        <translation>Баллы вручную</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Сохранено</translation>
    </message>
    <message>
        <source>Shift {number}</source>
        <translation>Смена {number}</translation>
    </message>
    <message>
        <source>Shift {number} is open.</source>
        <translation>Смена {number} открыта.</translation>
    </message>
    <message>
        <source>Shift {number} open since {when}, {who}, float {amount}</source>
        <translation>Смена {number} открыта с {when}, {who}, размен {amount}</translation>
    </message>
    <message>
        <source>Something else</source>
        <translation>Другое</translation>
    </message>
    <message>
        <source>The till itself</source>
        <translation>Сама касса</translation>
    </message>
    <message>
        <source>Wrong booking</source>
        <translation>Ошибка в записи</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>камера</translation>
    </message>
    <message>
        <source>closed {when} by {who}</source>
        <translation>закрыта {when}, {who}</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>расхождение</translation>
    </message>
    <message>
        <source>hand scanner</source>
        <translation>ручной сканер</translation>
    </message>
    <message>
        <source>link</source>
        <translation>ссылка</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>картинка</translation>
    </message>
    <message>
        <source>shared</source>
        <translation>отправлено</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>введено</translation>
    </message>
    <message>
        <source>waits for the office</source>
        <translation>ждёт отправки</translation>
    </message>
    <message>
        <source>{points} points are recorded.</source>
        <translation>Начислено баллов: {points}.</translation>
    </message>
    <message>
        <source>{points} points are taken.</source>
        <translation>Списано баллов: {points}.</translation>
    </message>
    <message>
        <source>{report}: everything is there.</source>
        <translation>{report}: всё сходится.</translation>
    </message>
    <message>
        <source>{report}: the drawer differs by {amount}.</source>
        <translation>{report}: расхождение в кассе {amount}.</translation>
    </message>
</context>
<context>
    <name>ShiftScreen</name>
    <message>
        <source>By hand</source>
        <translation>Вручную</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>В CSV</translation>
    </message>
    <message>
        <source>Close shift (Z)</source>
        <translation>Закрыть смену (Z)</translation>
    </message>
    <message>
        <source>Close the shift with its Z report</source>
        <translation>Закрыть смену Z-отчётом</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Прежние</translation>
    </message>
    <message>
        <source>Everything was accepted.</source>
        <translation>Всё принято.</translation>
    </message>
    <message>
        <source>Give or take points by hand</source>
        <translation>Начислить или списать баллы вручную</translation>
    </message>
    <message>
        <source>No sale yet.</source>
        <translation>Продаж пока нет.</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Не принято</translation>
    </message>
    <message>
        <source>Not accepted, by reason</source>
        <translation>Не принято, по причинам</translation>
    </message>
    <message>
        <source>Open a shift with what is in the drawer</source>
        <translation>Открыть смену с деньгами в ящике</translation>
    </message>
    <message>
        <source>Open shift</source>
        <translation>Открыть смену</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>В PDF</translation>
    </message>
    <message>
        <source>Paid, by person</source>
        <translation>Оплачено, по сотрудникам</translation>
    </message>
    <message>
        <source>Paid, hour by hour</source>
        <translation>Оплачено по часам</translation>
    </message>
    <message>
        <source>Points by hand</source>
        <translation>Баллы вручную</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Печать</translation>
    </message>
    <message>
        <source>Print on receipt paper</source>
        <translation>Напечатать на чековой ленте</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Отчёт</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>Сохранить в CSV</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>Сохранить в PDF</translation>
    </message>
</context>
<context>
    <name>SignInScreen</name>
    <message>
        <source>Enter your PIN</source>
        <translation>Введите ПИН-код</translation>
    </message>
    <message>
        <source>Hold its QR code in front of the camera.</source>
        <translation>Поднесите его QR-код к камере.</translation>
    </message>
    <message>
        <source>Show your badge</source>
        <translation>Покажите бейдж</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Войти</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Amount</source>
        <translation>Сумма</translation>
    </message>
    <message>
        <source>Choose from the catalogue</source>
        <translation>Выбрать из каталога</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Код</translation>
    </message>
    <message>
        <source>Guest</source>
        <translation>Гость</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Товары</translation>
    </message>
    <message>
        <source>The guest's card, points and rewards</source>
        <translation>Карта гостя, баллы и награды</translation>
    </message>
    <message>
        <source>Type an amount (F5)</source>
        <translation>Ввести сумму (F5)</translation>
    </message>
    <message>
        <source>What was scanned</source>
        <translation>Что считано</translation>
    </message>
</context>
<context>
    <name>Standing</name>
    <message numerus="yes">
        <source>%n events wait to be sent. They are safe on this till.</source>
        <translation>
            <numerusform>%n событие ждёт отправки. Оно надёжно хранится на этой кассе.</numerusform>
            <numerusform>%n события ждут отправки. Они надёжно хранятся на этой кассе.</numerusform>
            <numerusform>%n событий ждут отправки. Они надёжно хранятся на этой кассе.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Away from the office, %n limits that are in use run low here.</source>
        <translation>
            <numerusform>Связи с офисом нет, и %n лимит, которым здесь пользуются, подходит к концу.</numerusform>
            <numerusform>Связи с офисом нет, и %n лимита, которыми здесь пользуются, подходят к концу.</numerusform>
            <numerusform>Связи с офисом нет, и %n лимитов, которыми здесь пользуются, подходят к концу.</numerusform>
        </translation>
    </message>
    <message>
        <source>Codes and guests are as of {when}.</source>
        <translation>Коды и гости — по состоянию на {when}.</translation>
    </message>
    <message>
        <source>Contact with the office sets it right; a manager may decide meanwhile.</source>
        <translation>Связь с офисом всё исправит; до тех пор решать может менеджер.</translation>
    </message>
    <message>
        <source>Everything has been sent to the office.</source>
        <translation>Всё отправлено в офис.</translation>
    </message>
    <message>
        <source>Free some space, or call IT. What was recorded is safe.</source>
        <translation>Освободите место или позовите ИТ-специалиста. Записанное в сохранности.</translation>
    </message>
    <message>
        <source>Last contact with the office: {when}.</source>
        <translation>Последняя связь с офисом: {when}.</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Без связи</translation>
    </message>
    <message numerus="yes">
        <source>Offline · %n waiting</source>
        <translation>
            <numerusform>Без связи · ждёт %n</numerusform>
            <numerusform>Без связи · ждут %n</numerusform>
            <numerusform>Без связи · ждут %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Online</source>
        <translation>На связи</translation>
    </message>
    <message>
        <source>Online, with a problem</source>
        <translation>На связи, есть проблема</translation>
    </message>
    <message numerus="yes">
        <source>Sending · %n waiting</source>
        <translation>
            <numerusform>Отправка · ждёт %n</numerusform>
            <numerusform>Отправка · ждут %n</numerusform>
            <numerusform>Отправка · ждут %n</numerusform>
        </translation>
    </message>
    <message>
        <source>The clock is in doubt: codes with dates or hours are asked about.</source>
        <translation>Часы под сомнением: по кодам со сроками и часами нужно решение.</translation>
    </message>
    <message>
        <source>The office has revoked this till.</source>
        <translation>Офис отключил эту кассу.</translation>
    </message>
    <message>
        <source>The oldest is from {when}.</source>
        <translation>Самое раннее — {when}.</translation>
    </message>
    <message>
        <source>The till goes on selling meanwhile, and nothing is lost. Tell IT.</source>
        <translation>Касса тем временем продаёт дальше, ничего не теряется. Сообщите ИТ.</translation>
    </message>
    <message>
        <source>Their codes are refused once nothing is left. Connection brings more.</source>
        <translation>Когда они кончатся, их коды будут отклоняться. Связь с офисом их пополнит.</translation>
    </message>
    <message>
        <source>This computer's disk is almost full: nothing new can be recorded.</source>
        <translation>Диск этого компьютера почти полон: новое записать нельзя.</translation>
    </message>
    <message>
        <source>This program must be updated.</source>
        <translation>Программу нужно обновить.</translation>
    </message>
    <message>
        <source>Till revoked</source>
        <translation>Касса отключена</translation>
    </message>
    <message>
        <source>Update needed</source>
        <translation>Нужно обновление</translation>
    </message>
    <message>
        <source>What was sold is kept and is still sent. Call IT or the office.</source>
        <translation>Всё проданное сохранено и будет отправлено. Позвоните в ИТ или в офис.</translation>
    </message>
</context>
<context>
    <name>StandingDesk</name>
    <message>
        <source>Saved</source>
        <translation>Сохранено</translation>
    </message>
</context>
<context>
    <name>StandingPanel</name>
    <message>
        <source>Ask the office again at once</source>
        <translation>Сразу спросить офис ещё раз</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Попробовать сейчас</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Dark colours</source>
        <translation>Тёмные цвета</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>Светлые цвета</translation>
    </message>
    <message>
        <source>This till is not enrolled yet</source>
        <translation>Эта касса ещё не подключена</translation>
    </message>
    <message>
        <source>{name} is signed in. Lock the till</source>
        <translation>Работает {name}. Заблокировать кассу</translation>
    </message>
</context>
<context>
    <name>Undoing</name>
    <message numerus="yes">
        <source>%n earned points were taken back</source>
        <translation>
            <numerusform>%n начисленный балл снят</numerusform>
            <numerusform>%n начисленных балла снято</numerusform>
            <numerusform>%n начисленных баллов снято</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points go back to the guest</source>
        <translation>
            <numerusform>%n балл возвращается гостю</numerusform>
            <numerusform>%n балла возвращаются гостю</numerusform>
            <numerusform>%n баллов возвращаются гостю</numerusform>
        </translation>
    </message>
    <message>
        <source>Codes, points and budgets come back, and the money goes back to the guest.</source>
        <translation>Коды, баллы и бюджеты возвращаются, деньги отдайте гостю.</translation>
    </message>
    <message>
        <source>Give back {amount}</source>
        <translation>Верните {amount}</translation>
    </message>
    <message>
        <source>It is as if it had not been. This is safely recorded on this till.</source>
        <translation>Её как будто не было. Это надёжно записано на этой кассе.</translation>
    </message>
    <message>
        <source>Keep the sale</source>
        <translation>Оставить</translation>
    </message>
    <message>
        <source>Nothing was undone.</source>
        <translation>Ничего не отменено.</translation>
    </message>
    <message>
        <source>Receipt {number}, {when}</source>
        <translation>Чек {number}, {when}</translation>
    </message>
    <message>
        <source>Sale undone</source>
        <translation>Продажа отменена</translation>
    </message>
    <message>
        <source>The sale stands</source>
        <translation>Продажа в силе</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>Undo this sale</source>
        <translation>Отменить продажу</translation>
    </message>
    <message>
        <source>Undo this sale?</source>
        <translation>Отменить продажу?</translation>
    </message>
</context>
<context>
    <name>UserError</name>
    <message>
        <source>A journal is imported on the machine that was enrolled after it, in the old one's place.</source>
        <translation>Журнал загружают на компьютер, подключённый позже, на место прежнего.</translation>
    </message>
    <message>
        <source>An amount cannot be negative.</source>
        <translation>Сумма не может быть отрицательной.</translation>
    </message>
    <message>
        <source>Another machine goes on with a copy of this till's files. What both recorded is kept at the office.</source>
        <translation>С копией файлов этой кассы работает другой компьютер. Записанное обоими хранится в офисе.</translation>
    </message>
    <message>
        <source>Another program keeps the till's journal busy. Nothing was recorded and nothing was taken.</source>
        <translation>Журнал кассы занят другой программой. Ничего не записано и ничего не списано.</translation>
    </message>
    <message>
        <source>Ask the office for a new enrolment code.</source>
        <translation>Попросите у офиса новый код подключения.</translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code and enrol it first.</source>
        <translation>Попросите у офиса код подключения и сначала подключите её.</translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code and enrol it.</source>
        <translation>Попросите у офиса код подключения и подключите её.</translation>
    </message>
    <message>
        <source>Ask the office for an enrolment code, then run: python -m pos_app enrol --home DIR --central URL --code CODE</source>
        <translation>Попросите у офиса код подключения, затем выполните: python -m pos_app enrol --home ПАПКА --central АДРЕС --code КОД</translation>
    </message>
    <message>
        <source>Central does not take this till's events from number {0} on.</source>
        <translation>Офис не принимает записи этой кассы начиная с номера {0}.</translation>
    </message>
    <message>
        <source>Central holds {0} events of this till, its journal {1}: these files are an older copy.</source>
        <translation>В офисе {0} записей этой кассы, а в её журнале — {1}: эти файлы — более старая копия.</translation>
    </message>
    <message>
        <source>Check it.</source>
        <translation>Проверьте его.</translation>
    </message>
    <message>
        <source>Check its cable; it is found again by itself.</source>
        <translation>Проверьте его кабель; он найдётся сам.</translation>
    </message>
    <message>
        <source>Check its name.</source>
        <translation>Проверьте имя файла.</translation>
    </message>
    <message>
        <source>Check that it is plugged in and that no other program uses it; it is tried again by itself.</source>
        <translation>Проверьте, подключена ли она и не занята ли другой программой; попытки повторяются сами.</translation>
    </message>
    <message>
        <source>Check the address, and whether the network asks for a sign-in first.</source>
        <translation>Проверьте адрес и не требует ли сеть сначала войти.</translation>
    </message>
    <message>
        <source>Check the disk and that the folder is yours; nothing in it was changed.</source>
        <translation>Проверьте диск и права на папку; в ней ничего не изменено.</translation>
    </message>
    <message>
        <source>Check the disk's space and that the folder is yours.</source>
        <translation>Проверьте место на диске и права на папку.</translation>
    </message>
    <message>
        <source>Check this machine's date, the address, and whether a proxy stands between.</source>
        <translation>Проверьте дату на этом компьютере, адрес и нет ли посередине прокси-сервера.</translation>
    </message>
    <message>
        <source>Check whether a decimal sign is missing.</source>
        <translation>Проверьте, не пропущен ли десятичный знак.</translation>
    </message>
    <message>
        <source>Choose a camera or another film.</source>
        <translation>Выберите камеру или другой фильм.</translation>
    </message>
    <message>
        <source>Choose a greater length.</source>
        <translation>Выберите большую длину.</translation>
    </message>
    <message>
        <source>Choose a length of at least {0}.</source>
        <translation>Выберите длину не меньше {0}.</translation>
    </message>
    <message>
        <source>Choose a smaller reward, or take the rest in money.</source>
        <translation>Выберите награду поменьше или доплатите деньгами.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Выберите другой файл.</translation>
    </message>
    <message>
        <source>Choose another folder with --home, or make this one writable for you.</source>
        <translation>Укажите другую папку через --home или разрешите себе запись в эту.</translation>
    </message>
    <message>
        <source>Choose another model or other letters in the settings; image always goes.</source>
        <translation>Выберите в настройках другую модель или другие буквы; image подходит всегда.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Выберите другое имя.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Выберите другое место.</translation>
    </message>
    <message>
        <source>Close it. The sale stands; print its receipt later.</source>
        <translation>Закройте её. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Close that program, then do it once more.</source>
        <translation>Закройте ту программу и повторите.</translation>
    </message>
    <message>
        <source>Close the shift first, then import the file again. Keep the file.</source>
        <translation>Сначала закройте смену, затем загрузите файл снова. Сохраните файл.</translation>
    </message>
    <message>
        <source>Codes with {0} random characters ({1} bits) could be guessed.</source>
        <translation>Коды с {0} случайными знаками ({1} бит) можно угадать.</translation>
    </message>
    <message>
        <source>Confirm this sale first, then make another one.</source>
        <translation>Сначала подтвердите эту продажу, затем начните другую.</translation>
    </message>
    <message>
        <source>Connect this machine to the office until all is safe there, then import the file again. Keep the file.</source>
        <translation>Подключите этот компьютер к офису, пока всё не будет сохранено там, затем загрузите файл снова. Сохраните файл.</translation>
    </message>
    <message>
        <source>Connect this till to the office: it then begins a new journal by itself and hands in the old one.</source>
        <translation>Свяжите кассу с офисом: она сама начнёт новый журнал и сдаст прежний.</translation>
    </message>
    <message>
        <source>Correct {0} or delete it; the till then uses its defaults.</source>
        <translation>Исправьте {0} или удалите; касса возьмёт значения по умолчанию.</translation>
    </message>
    <message>
        <source>Do not hand out anything on it and do not repeat it: the till checks its journal first.</source>
        <translation>Ничего по ней не выдавайте и не повторяйте: сначала касса проверит журнал.</translation>
    </message>
    <message>
        <source>Do not repeat it. Restart the till: it then says what is recorded.</source>
        <translation>Не повторяйте. Перезапустите кассу: она скажет, что записано.</translation>
    </message>
    <message>
        <source>Enrol this machine anew with a new code from the office; the office has a case for it.</source>
        <translation>Подключите этот компьютер заново новым кодом из офиса; офис об этом знает.</translation>
    </message>
    <message>
        <source>Enrol this machine by a code for that very till, then import its journal.</source>
        <translation>Подключите этот компьютер кодом именно той кассы, затем загрузите её журнал.</translation>
    </message>
    <message>
        <source>Enrol this till again; keep its folder until the office has looked at the case.</source>
        <translation>Подключите эту кассу заново; сохраните её папку, пока офис не разберётся.</translation>
    </message>
    <message>
        <source>Enrol this till anew with a new code from the office; nothing that reached the office is lost.</source>
        <translation>Подключите кассу заново с новым кодом из офиса; дошедшее до офиса не потеряно.</translation>
    </message>
    <message>
        <source>Enrolling was stopped; nothing has changed on this machine.</source>
        <translation>Подключение прервано; на этом компьютере ничего не изменилось.</translation>
    </message>
    <message>
        <source>Enter digits, for example 12.50.</source>
        <translation>Введите цифры, например 12,50.</translation>
    </message>
    <message>
        <source>Enter the amount as it stands on the bill.</source>
        <translation>Введите сумму так, как она стоит в счёте.</translation>
    </message>
    <message>
        <source>Enter the amount that stands on the bill.</source>
        <translation>Введите сумму из счёта.</translation>
    </message>
    <message>
        <source>Enter {0}{1} for the larger one, or {2}{3}{4} for the smaller.</source>
        <translation>Введите {0}{1}, если это большая сумма, или {2}{3}{4}, если меньшая.</translation>
    </message>
    <message>
        <source>Event {0} in the file is not the one that this machine holds; nothing was imported.</source>
        <translation>Событие {0} в файле — не то, что есть на этом компьютере; ничего не загружено.</translation>
    </message>
    <message>
        <source>Export the journal once more on the old machine.</source>
        <translation>Выгрузите журнал на прежнем компьютере ещё раз.</translation>
    </message>
    <message>
        <source>For a refund open the sale and choose what comes back.</source>
        <translation>Для возврата откройте продажу и выберите, что возвращается.</translation>
    </message>
    <message>
        <source>Free some space on this computer's disk; the till goes on with the list that it has.</source>
        <translation>Освободите место на диске; касса работает дальше с прежним списком.</translation>
    </message>
    <message>
        <source>Free some space on this computer's disk; what the till has already stays usable.</source>
        <translation>Освободите место на диске; то, что на кассе уже есть, продолжает работать.</translation>
    </message>
    <message>
        <source>Free some space or choose another folder. The sale stands; print its receipt later.</source>
        <translation>Освободите место или выберите другую папку. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Free some space, then do it once more.</source>
        <translation>Освободите место и повторите.</translation>
    </message>
    <message>
        <source>Free some space, then go on. What was recorded is safe.</source>
        <translation>Освободите место и продолжайте. Записанное в безопасности.</translation>
    </message>
    <message>
        <source>Go on selling: what is newer is safe on this till. IT accepts the loss at the office: admin accept-gap.</source>
        <translation>Продолжайте продавать: всё более новое сохранно на этой кассе. ИТ-служба принимает потерю в офисе: admin accept-gap.</translation>
    </message>
    <message>
        <source>Go on there. To use this machine again, enrol it anew with a new code from the office.</source>
        <translation>Работайте там. Чтобы снова использовать этот компьютер, подключите его новым кодом из офиса.</translation>
    </message>
    <message>
        <source>Install the system package libusb-1.0-0. The sale stands; print its receipt later.</source>
        <translation>Установите системный пакет libusb-1.0-0. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Is it switched on and connected, and may this user use it? The sale stands; print its receipt later.</source>
        <translation>Включён ли он, подключён и доступен ли этому пользователю? Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Is it switched on and connected? The sale stands; print its receipt later.</source>
        <translation>Включён ли он и подключён? Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>It counts once; do not repeat it.</source>
        <translation>Это засчитано один раз; не повторяйте.</translation>
    </message>
    <message>
        <source>It is fetched again by itself.</source>
        <translation>Они загрузятся снова сами.</translation>
    </message>
    <message>
        <source>It is loaded when the till starts.</source>
        <translation>Он загрузится при запуске кассы.</translation>
    </message>
    <message>
        <source>It looks like https://office.example.com or http://192.168.1.5:8000.</source>
        <translation>Он выглядит так: https://office.example.com или http://192.168.1.5:8000.</translation>
    </message>
    <message>
        <source>It looks like https://office.example.org.</source>
        <translation>Он выглядит так: https://office.example.org.</translation>
    </message>
    <message>
        <source>It then goes up by itself. If that machine does not come any more, IT ends the waiting at the office: admin book-missing.</source>
        <translation>Затем всё уйдёт само. Если тот компьютер больше не появится, ИТ-служба прекратит ожидание в офисе: admin book-missing.</translation>
    </message>
    <message>
        <source>It was not recorded. Do it once more.</source>
        <translation>Это не записано. Сделайте ещё раз.</translation>
    </message>
    <message>
        <source>It was recorded. Do not repeat it.</source>
        <translation>Это записано. Не повторяйте.</translation>
    </message>
    <message>
        <source>Keep both, and tell the office: the till's files were copied at some time.</source>
        <translation>Сохраните оба и сообщите офису: файлы кассы когда-то копировали.</translation>
    </message>
    <message>
        <source>Keep the whole folder and tell the office; sales that had reached the office are safe there. To go on selling, enrol this till anew in another folder (--home). IT saves what can be read of this one: journal export FILE.</source>
        <translation>Сохраните всю папку и сообщите офису; продажи, дошедшие до офиса, там в безопасности. Чтобы продавать дальше, подключите кассу заново в другой папке (--home). ИТ-служба спасает всё, что читается в этой: journal export ФАЙЛ.</translation>
    </message>
    <message>
        <source>Keep the whole folder for a specialist; sales that had reached the office are safe there.</source>
        <translation>Сохраните всю папку для специалиста; продажи, дошедшие до офиса, там в безопасности.</translation>
    </message>
    <message>
        <source>Known ones: {0}.</source>
        <translation>Известны: {0}.</translation>
    </message>
    <message>
        <source>Look at its buttons. The sale stands; print its receipt later.</source>
        <translation>Посмотрите на его кнопки. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Look whether it is on and has paper. The sale stands; print its receipt later.</source>
        <translation>Проверьте, включён ли он и есть ли бумага. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Look whether it prints.</source>
        <translation>Посмотрите, печатает ли он.</translation>
    </message>
    <message>
        <source>Most scanners use 9600 or 115200.</source>
        <translation>Большинство сканеров работает на 9600 или 115200.</translation>
    </message>
    <message>
        <source>Name a folder with --home.</source>
        <translation>Укажите папку через --home.</translation>
    </message>
    <message>
        <source>Name it with the code, or scan the office's QR, which holds both.</source>
        <translation>Укажите его вместе с кодом или считайте QR-код офиса: в нём есть и то, и другое.</translation>
    </message>
    <message>
        <source>No amount was entered.</source>
        <translation>Сумма не введена.</translation>
    </message>
    <message>
        <source>Nothing needs to be done.</source>
        <translation>Делать ничего не нужно.</translation>
    </message>
    <message>
        <source>Nothing of this till's journal can be read any more.</source>
        <translation>В журнале этой кассы больше ничего не читается.</translation>
    </message>
    <message>
        <source>Put a new roll in. The sale stands; print its receipt later.</source>
        <translation>Вставьте новый рулон. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>Put it back from a backup; the journal is kept as it is. If the key is lost, enrol a new till in another folder and tell the office.</source>
        <translation>Верните его из резервной копии; журнал остаётся как есть. Если ключ потерян, подключите новую кассу в другой папке и сообщите офису.</translation>
    </message>
    <message>
        <source>Put the file back from where it was moved. If it is lost, tell the office and enrol a new till in another folder (--home).</source>
        <translation>Верните файл туда, откуда его переместили. Если он потерян, сообщите офису и подключите новую кассу в другой папке (--home).</translation>
    </message>
    <message>
        <source>Put the folder back from where it was moved; the journal is kept as it is. If the key is lost, enrol a new till in another folder and tell the office.</source>
        <translation>Верните папку туда, откуда её переместили; журнал остаётся как есть. Если ключ потерян, подключите новую кассу в другой папке и сообщите офису.</translation>
    </message>
    <message>
        <source>Scan the card, or find the guest by phone.</source>
        <translation>Считайте карту или найдите гостя по телефону.</translation>
    </message>
    <message>
        <source>Scan the code again: the till then asks the office.</source>
        <translation>Считайте код ещё раз: касса спросит офис.</translation>
    </message>
    <message>
        <source>Sell nothing on this till until IT has looked at the disk. Keep its folder as it is.</source>
        <translation>Ничего не продавайте на этой кассе, пока ИТ не проверит диск. Папку оставьте как есть.</translation>
    </message>
    <message>
        <source>Send it as JPEG, or hold the telephone before the camera.</source>
        <translation>Пришлите его как JPEG или поднесите телефон к камере.</translation>
    </message>
    <message>
        <source>Show it on the screen and take a screenshot of the code, or print it and scan it.</source>
        <translation>Откройте его на экране и сделайте снимок экрана с кодом или распечатайте и отсканируйте.</translation>
    </message>
    <message>
        <source>Show your own, or enter your PIN.</source>
        <translation>Покажите свой или введите ПИН-код.</translation>
    </message>
    <message>
        <source>Sign in as the user who set the till up; the journal is kept as it is.</source>
        <translation>Войдите в систему как пользователь, который настраивал кассу; журнал остаётся как есть.</translation>
    </message>
    <message>
        <source>Split it into several sales.</source>
        <translation>Разделите её на несколько продаж.</translation>
    </message>
    <message>
        <source>Start it again.</source>
        <translation>Запустите её снова.</translation>
    </message>
    <message>
        <source>Start that version again, or update this one. Nothing was changed.</source>
        <translation>Запустите ту версию или обновите эту. Ничего не изменено.</translation>
    </message>
    <message>
        <source>Start the till again.</source>
        <translation>Запустите кассу снова.</translation>
    </message>
    <message>
        <source>Start the version of this program that was used before, and tell IT.</source>
        <translation>Запустите прежнюю версию программы и сообщите ИТ.</translation>
    </message>
    <message>
        <source>Switch it off, look at paper and cutter, switch it on. The sale stands; print its receipt later.</source>
        <translation>Выключите его, проверьте бумагу и нож, включите снова. Продажа состоялась; чек можно напечатать позже.</translation>
    </message>
    <message>
        <source>The address of the central office is missing.</source>
        <translation>Не указан адрес центрального офиса.</translation>
    </message>
    <message>
        <source>The amount is too large.</source>
        <translation>Сумма слишком велика.</translation>
    </message>
    <message>
        <source>The amount “{0}” could mean two things.</source>
        <translation>Сумму «{0}» можно понять двояко.</translation>
    </message>
    <message>
        <source>The bill cannot take more of this.</source>
        <translation>Больше в этот счёт добавить нельзя.</translation>
    </message>
    <message>
        <source>The camera {0} gives no picture.</source>
        <translation>Камера {0} не даёт изображения.</translation>
    </message>
    <message>
        <source>The central office answers too slowly.</source>
        <translation>Центральный офис отвечает слишком медленно.</translation>
    </message>
    <message>
        <source>The central office cannot be reached.</source>
        <translation>Нет связи с центральным офисом.</translation>
    </message>
    <message>
        <source>The central office cannot do this just now: {0}.</source>
        <translation>Центральный офис сейчас не может этого сделать: {0}.</translation>
    </message>
    <message>
        <source>The central office does not answer in time.</source>
        <translation>Центральный офис не отвечает вовремя.</translation>
    </message>
    <message>
        <source>The central office is being asked already.</source>
        <translation>Центральный офис уже опрашивается.</translation>
    </message>
    <message>
        <source>The central office is not available just now ({0}).</source>
        <translation>Центральный офис сейчас недоступен ({0}).</translation>
    </message>
    <message>
        <source>The central office says no: {0}.</source>
        <translation>Центральный офис отказал: {0}.</translation>
    </message>
    <message>
        <source>The central office speaks {0}, this till version {1}.</source>
        <translation>Центральный офис говорит на {0}, касса — на версии {1}.</translation>
    </message>
    <message>
        <source>The central office's address cannot be used.</source>
        <translation>Адрес центрального офиса не подходит.</translation>
    </message>
    <message>
        <source>The connection to the central office is not secure: its certificate does not fit.</source>
        <translation>Соединение с центральным офисом не защищено: его сертификат не подходит.</translation>
    </message>
    <message>
        <source>The disk does not answer ({0}). Nothing was recorded and nothing was taken.</source>
        <translation>Диск не отвечает ({0}). Ничего не записано и ничего не списано.</translation>
    </message>
    <message>
        <source>The disk does not answer; whether this was recorded is not known yet.</source>
        <translation>Диск не отвечает; записано ли это, пока неизвестно.</translation>
    </message>
    <message>
        <source>The disk does not give back the till's journal ({0}).</source>
        <translation>Диск не отдаёт журнал кассы ({0}).</translation>
    </message>
    <message>
        <source>The disk does not take the till's journal ({0}). Nothing was recorded and nothing was taken.</source>
        <translation>Диск не принимает журнал кассы ({0}). Ничего не записано и ничего не списано.</translation>
    </message>
    <message>
        <source>The disk failed for a moment, but it was recorded.</source>
        <translation>Диск ненадолго отказал, но это записано.</translation>
    </message>
    <message>
        <source>The disk failed while this was being recorded ({0}); whether it was is not known yet.</source>
        <translation>Диск отказал во время записи ({0}); записано ли это, пока неизвестно.</translation>
    </message>
    <message>
        <source>The disk failed, and nothing was recorded.</source>
        <translation>Диск отказал, и ничего не записано.</translation>
    </message>
    <message>
        <source>The disk still does not take the till's journal ({0}).</source>
        <translation>Диск по-прежнему не принимает журнал кассы ({0}).</translation>
    </message>
    <message>
        <source>The file begins at event {0}, and this machine holds events up to {1} that are not in a backup of the office yet; nothing was imported.</source>
        <translation>Файл начинается с события {0}, а на этом компьютере есть события до {1}, которых ещё нет в резервной копии офиса; ничего не загружено.</translation>
    </message>
    <message>
        <source>The file {0} cannot be read: {1}.</source>
        <translation>Файл {0} не читается: {1}.</translation>
    </message>
    <message>
        <source>The file {0} cannot be written: {1}.</source>
        <translation>Файл {0} не записывается: {1}.</translation>
    </message>
    <message>
        <source>The file {0} is not a till's journal: {1}. Nothing was imported.</source>
        <translation>Файл {0} — не журнал кассы: {1}. Ничего не загружено.</translation>
    </message>
    <message>
        <source>The film {0} is damaged or is no film that can be played here.</source>
        <translation>Фильм {0} повреждён или не может быть здесь показан.</translation>
    </message>
    <message>
        <source>The folder {0} holds no enrolled till.</source>
        <translation>В папке {0} нет подключённой кассы.</translation>
    </message>
    <message>
        <source>The guest has {0} points, but {1} are needed.</source>
        <translation>У гостя баллов: {0}, а нужно {1}.</translation>
    </message>
    <message>
        <source>The journal is open again; nothing was lost.</source>
        <translation>Журнал снова открыт; ничего не потеряно.</translation>
    </message>
    <message>
        <source>The journal is open.</source>
        <translation>Журнал открыт.</translation>
    </message>
    <message>
        <source>The key of this till's journal is gone from {0}.</source>
        <translation>Ключ журнала этой кассы пропал из {0}.</translation>
    </message>
    <message>
        <source>The keyring of this computer does not hold this till's key.</source>
        <translation>В хранилище ключей этого компьютера нет ключа этой кассы.</translation>
    </message>
    <message>
        <source>The keyring that holds this till's key does not answer.</source>
        <translation>Хранилище с ключом этой кассы не отвечает.</translation>
    </message>
    <message>
        <source>The newest events of this till's journal are damaged. It is kept exactly as it is.</source>
        <translation>Последние события журнала этой кассы повреждены. Он сохраняется в точности как есть.</translation>
    </message>
    <message>
        <source>The office has started its feed anew; this till takes a fresh copy of its data.</source>
        <translation>Офис начал свою ленту заново; касса берёт свежую копию данных.</translation>
    </message>
    <message>
        <source>The office was put back to an older state: before it takes what is recorded here, the machine that works as this till now must tell it of its leases.</source>
        <translation>Офис восстановлен из более старого состояния: прежде чем он примет записи с этого компьютера, компьютер, который сейчас работает этой кассой, должен сообщить ему о своих резервах.</translation>
    </message>
    <message>
        <source>The office was put back to an older state: it lacks this till's events {0} to {1}, which are not on this till any more.</source>
        <translation>Офис восстановлен в более старом состоянии: в нём нет записей этой кассы с {0} по {1}, и на самой кассе их уже нет.</translation>
    </message>
    <message>
        <source>The office's data arrived incomplete ({0}); the till goes on with what it has.</source>
        <translation>Данные офиса пришли не полностью ({0}); касса работает с тем, что есть.</translation>
    </message>
    <message>
        <source>The office's list of codes cannot be stored: {0}.</source>
        <translation>Список кодов из офиса не удаётся сохранить: {0}.</translation>
    </message>
    <message>
        <source>The office's list of codes did not arrive whole: {0}.</source>
        <translation>Список кодов из офиса пришёл не полностью: {0}.</translation>
    </message>
    <message>
        <source>The office's news cannot be stored: {0}.</source>
        <translation>Новости из офиса не удаётся сохранить: {0}.</translation>
    </message>
    <message>
        <source>The picture is too large (at most {0} megapixels and {1} MB).</source>
        <translation>Снимок слишком велик (не больше {0} мегапикселей и {1} МБ).</translation>
    </message>
    <message>
        <source>The picture {0} could not be opened: {1}.</source>
        <translation>Снимок {0} не удалось открыть: {1}.</translation>
    </message>
    <message>
        <source>The printer model {0} has no code page {1}.</source>
        <translation>У модели принтера {0} нет кодовой страницы {1}.</translation>
    </message>
    <message>
        <source>The proxy set on this machine does not let the till through.</source>
        <translation>Прокси-сервер этого компьютера не пропускает кассу.</translation>
    </message>
    <message>
        <source>The receipt could not be saved in {0} ({1}).</source>
        <translation>Чек не удалось сохранить в {0} ({1}).</translation>
    </message>
    <message>
        <source>The receipt printer at {0} does not answer.</source>
        <translation>Принтер чеков по адресу {0} не отвечает.</translation>
    </message>
    <message>
        <source>The receipt printer broke the connection off.</source>
        <translation>Принтер чеков оборвал связь.</translation>
    </message>
    <message>
        <source>The receipt printer is not ready.</source>
        <translation>Принтер чеков не готов.</translation>
    </message>
    <message>
        <source>The receipt printer is out of paper.</source>
        <translation>В принтере чеков кончилась бумага.</translation>
    </message>
    <message>
        <source>The receipt printer reports an error, such as jammed paper.</source>
        <translation>Принтер чеков сообщает об ошибке, например о замятой бумаге.</translation>
    </message>
    <message>
        <source>The receipt printer {0} cannot be written ({1}).</source>
        <translation>В принтер чеков {0} нельзя писать ({1}).</translation>
    </message>
    <message>
        <source>The receipt printer's cover is open.</source>
        <translation>Крышка принтера чеков открыта.</translation>
    </message>
    <message>
        <source>The same code can be used here again. For another machine ask the office for a new one.</source>
        <translation>Тот же код можно использовать здесь снова. Для другого компьютера попросите у офиса новый.</translation>
    </message>
    <message>
        <source>The scanner on {0} does not answer.</source>
        <translation>Сканер на {0} не отвечает.</translation>
    </message>
    <message>
        <source>The settings file cannot be read: {0}.</source>
        <translation>Файл настроек не читается: {0}.</translation>
    </message>
    <message>
        <source>The settings file {0} is not one JSON object.</source>
        <translation>Файл настроек {0} — не один объект JSON.</translation>
    </message>
    <message>
        <source>The settings file {0} is too large.</source>
        <translation>Файл настроек {0} слишком велик.</translation>
    </message>
    <message>
        <source>The till checks its journal now; if this stays, call IT.</source>
        <translation>Касса проверяет свой журнал; если это не пройдёт, позвоните в ИТ.</translation>
    </message>
    <message>
        <source>The till goes on working and tries again by itself.</source>
        <translation>Касса работает дальше и повторяет попытки сама.</translation>
    </message>
    <message>
        <source>The till in {0} is already open in another window or process.</source>
        <translation>Касса из {0} уже открыта в другом окне или процессе.</translation>
    </message>
    <message>
        <source>The till is being closed.</source>
        <translation>Касса закрывается.</translation>
    </message>
    <message>
        <source>The till is busy and did nothing.</source>
        <translation>Касса занята и ничего не сделала.</translation>
    </message>
    <message>
        <source>The till is enrolled; its list of codes is not loaded yet.</source>
        <translation>Касса подключена; список кодов ещё не загружен.</translation>
    </message>
    <message>
        <source>The till is enrolled; the office is still preparing its list of codes.</source>
        <translation>Касса зарегистрирована; офис ещё готовит список кодов.</translation>
    </message>
    <message>
        <source>The till keeps the list that it has and loads it again by itself.</source>
        <translation>Касса сохраняет имеющийся список и загрузит новый сама.</translation>
    </message>
    <message>
        <source>The till keeps to itself.</source>
        <translation>Касса работает без связи с офисом.</translation>
    </message>
    <message>
        <source>The till's copy of the office's data could not be used ({0}). It was set aside as {1}; a new copy is fetched as soon as the office can be reached. Sales that were recorded are not touched.</source>
        <translation>Копию данных офиса на кассе не удалось использовать ({0}). Она отложена как {1}; новая копия загрузится, как только появится связь с офисом. Записанные продажи не затронуты.</translation>
    </message>
    <message>
        <source>The till's file {0} cannot be used: {1}.</source>
        <translation>Файл кассы {0} непригоден: {1}.</translation>
    </message>
    <message>
        <source>The till's folder {0} cannot be used: {1}.</source>
        <translation>Папка кассы {0} непригодна: {1}.</translation>
    </message>
    <message>
        <source>The till's home {0} is a file.</source>
        <translation>{0} — это файл, а не папка кассы.</translation>
    </message>
    <message>
        <source>The till's journal could not be brought to this version ({0}: {1}). It is as it was.</source>
        <translation>Журнал кассы не удалось перевести на эту версию ({0}: {1}). Он остался прежним.</translation>
    </message>
    <message>
        <source>The till's journal has stopped.</source>
        <translation>Журнал кассы остановлен.</translation>
    </message>
    <message>
        <source>The till's journal is closed.</source>
        <translation>Журнал кассы закрыт.</translation>
    </message>
    <message>
        <source>The till's journal {0} cannot be used: {1}.</source>
        <translation>Журнал кассы {0} непригоден: {1}.</translation>
    </message>
    <message>
        <source>The till's journal {0} is damaged ({1}). It is kept exactly as it is.</source>
        <translation>Журнал кассы {0} повреждён ({1}). Он сохраняется в точности как есть.</translation>
    </message>
    <message>
        <source>The till's journal {0} is gone, though this till has been in use.</source>
        <translation>Журнал кассы {0} пропал, хотя касса уже работала.</translation>
    </message>
    <message>
        <source>The till's journal {0} was written by a newer version of this program.</source>
        <translation>Журнал кассы {0} записан более новой версией программы.</translation>
    </message>
    <message>
        <source>The till's key in {0} is damaged.</source>
        <translation>Ключ кассы в {0} повреждён.</translation>
    </message>
    <message>
        <source>There is a file {0} already.</source>
        <translation>Файл {0} уже есть.</translation>
    </message>
    <message>
        <source>There is no USB printer {0}:{1}, or it does not answer.</source>
        <translation>USB-принтера {0}:{1} нет, или он не отвечает.</translation>
    </message>
    <message>
        <source>There is no film {0} at {1}.</source>
        <translation>Нет фильма {0} по адресу {1}.</translation>
    </message>
    <message>
        <source>There is no readable QR code in this picture.</source>
        <translation>На этом снимке нет читаемого QR-кода.</translation>
    </message>
    <message>
        <source>They are safe on this till. Tell the office.</source>
        <translation>Они сохранны на этой кассе. Сообщите в офис.</translation>
    </message>
    <message>
        <source>This code is for the till “{0}”, and this folder holds “{1}”.</source>
        <translation>Этот код — для кассы «{0}», а в этой папке касса «{1}».</translation>
    </message>
    <message>
        <source>This computer has no keyring for passwords: the till's key lies in a file that only its owner can read. Whoever takes the disk can open the till's data.</source>
        <translation>На этом компьютере нет хранилища паролей: ключ кассы лежит в файле, который читает только его владелец. Забравший диск откроет данные кассы.</translation>
    </message>
    <message>
        <source>This computer lacks the library by which USB printers are reached.</source>
        <translation>На этом компьютере нет библиотеки для USB-принтеров.</translation>
    </message>
    <message>
        <source>This computer's disk is almost full: nothing new can be recorded.</source>
        <translation>Диск этого компьютера почти заполнен: записать новое нельзя.</translation>
    </message>
    <message>
        <source>This computer's disk is full. Nothing was recorded and nothing was taken.</source>
        <translation>Диск этого компьютера заполнен. Ничего не записано и ничего не списано.</translation>
    </message>
    <message>
        <source>This file is damaged or is no picture that can be opened here.</source>
        <translation>Этот файл повреждён или не является снимком, который можно открыть.</translation>
    </message>
    <message>
        <source>This file is the journal of another till.</source>
        <translation>Этот файл — журнал другой кассы.</translation>
    </message>
    <message>
        <source>This file was written by this machine's own life or a later one; nothing was imported.</source>
        <translation>Этот файл записан этим же подключением кассы или более поздним; ничего не загружено.</translation>
    </message>
    <message>
        <source>This folder already is the till “{0}” of {1}.</source>
        <translation>Эта папка — уже касса «{0}», {1}.</translation>
    </message>
    <message>
        <source>This is a PDF, not a picture.</source>
        <translation>Это PDF, а не картинка.</translation>
    </message>
    <message>
        <source>This is no enrolment code.</source>
        <translation>Это не код подключения.</translation>
    </message>
    <message>
        <source>This is no phone number.</source>
        <translation>Это не номер телефона.</translation>
    </message>
    <message>
        <source>This is not a badge.</source>
        <translation>Это не бейдж.</translation>
    </message>
    <message>
        <source>This is not an amount.</source>
        <translation>Это не сумма.</translation>
    </message>
    <message>
        <source>This is too long to be recorded in one piece; nothing was recorded.</source>
        <translation>Это слишком длинно для одной записи; ничего не записано.</translation>
    </message>
    <message>
        <source>This photograph is in a format of telephones (HEIC) that cannot be opened here.</source>
        <translation>Эта фотография в формате телефонов (HEIC), который здесь не открывается.</translation>
    </message>
    <message>
        <source>This till holds {0} of the {1} uses that are needed.</source>
        <translation>На этой кассе {0} из {1} нужных использований.</translation>
    </message>
    <message>
        <source>This till is not enrolled yet.</source>
        <translation>Эта касса ещё не подключена.</translation>
    </message>
    <message>
        <source>This till's files are an older copy: the office already holds later events of this till.</source>
        <translation>Файлы кассы — старая копия: у офиса уже есть более поздние события этой кассы.</translation>
    </message>
    <message>
        <source>This till's journal was handed over to another machine.</source>
        <translation>Журнал этой кассы передан другому компьютеру.</translation>
    </message>
    <message>
        <source>This till's open shift counts sales that the file holds no longer; nothing was imported.</source>
        <translation>Открытая смена этой кассы считает продажи, которых в файле уже нет; ничего не загружено.</translation>
    </message>
    <message>
        <source>This was recorded before.</source>
        <translation>Это уже записано.</translation>
    </message>
    <message>
        <source>Too few codes of this form are left for {0} of them.</source>
        <translation>Кодов такого вида осталось слишком мало, чтобы сделать {0}.</translation>
    </message>
    <message>
        <source>Too many guests are showing six digits at this moment.</source>
        <translation>Слишком много гостей показывают сейчас шесть цифр.</translation>
    </message>
    <message>
        <source>Too many receipts wait for the printer.</source>
        <translation>Слишком много чеков ждёт принтера.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Повторите через мгновение.</translation>
    </message>
    <message>
        <source>Type the code that the office shows for this till, or scan its QR.</source>
        <translation>Введите код, который офис показывает для этой кассы, или считайте его QR-код.</translation>
    </message>
    <message>
        <source>Unlock the keyring (sign in on the desktop) and start the till again.</source>
        <translation>Откройте хранилище ключей (войдите в систему) и запустите кассу снова.</translation>
    </message>
    <message>
        <source>Update the older of the two; the till goes on selling meanwhile, and nothing is lost.</source>
        <translation>Обновите то, что старее; касса тем временем продаёт дальше, ничего не теряется.</translation>
    </message>
    <message>
        <source>Use 58 or 80.</source>
        <translation>Укажите 58 или 80.</translation>
    </message>
    <message>
        <source>Use a PNG, JPEG, WebP or GIF file.</source>
        <translation>Возьмите файл PNG, JPEG, WebP или GIF.</translation>
    </message>
    <message>
        <source>Use a code for that very till here, and another folder for another till.</source>
        <translation>Здесь нужен код именно этой кассы, а для другой — другая папка.</translation>
    </message>
    <message>
        <source>Use a number from {0} to {1}.</source>
        <translation>Укажите число от {0} до {1}.</translation>
    </message>
    <message>
        <source>Use a sharper picture in which the whole code with its white margin can be seen.</source>
        <translation>Возьмите более чёткий снимок, на котором виден весь код с белыми полями.</translation>
    </message>
    <message>
        <source>Use a smaller picture, or one cut down to the code.</source>
        <translation>Возьмите снимок поменьше или обрежьте его до кода.</translation>
    </message>
    <message>
        <source>Use another folder for another till, or go on with this one.</source>
        <translation>Для другой кассы возьмите другую папку или работайте с этой.</translation>
    </message>
    <message>
        <source>Use at most {0} characters.</source>
        <translation>Не больше {0} знаков.</translation>
    </message>
    <message>
        <source>Use none, file:PATH, tcp://HOST:9100, usb:VENDOR:PRODUCT or pdf:FOLDER.</source>
        <translation>Укажите none, file:ПУТЬ, tcp://ХОСТ:9100, usb:VENDOR:PRODUCT или pdf:ПАПКА.</translation>
    </message>
    <message>
        <source>Use that one, or close it first.</source>
        <translation>Пользуйтесь тем окном или сначала закройте его.</translation>
    </message>
    <message>
        <source>Use yes or no.</source>
        <translation>Укажите yes или no.</translation>
    </message>
    <message>
        <source>Use {0}.</source>
        <translation>Укажите {0}.</translation>
    </message>
    <message>
        <source>What answered is not the central office: {0}.</source>
        <translation>Ответил не центральный офис: {0}.</translation>
    </message>
    <message>
        <source>Write it with its country, as in +49 30 …</source>
        <translation>Напишите его с кодом страны, например +7 912 …</translation>
    </message>
    <message>
        <source>{0} has {1} decimals, but the amount has {2}.</source>
        <translation>У {0} знаков после запятой: {1}, а в сумме их {2}.</translation>
    </message>
    <message>
        <source>{0} is no way to a printer.</source>
        <translation>{0} — это не адрес принтера.</translation>
    </message>
    <message>
        <source>{0} names an unknown setting: {1}.</source>
        <translation>{0}: неизвестная настройка {1}.</translation>
    </message>
    <message>
        <source>{0}: no receipt paper is {1} mm wide.</source>
        <translation>{0}: чековой ленты шириной {1} мм нет.</translation>
    </message>
    <message>
        <source>{0}: the lines of a receipt are too long.</source>
        <translation>{0}: строки чека слишком длинные.</translation>
    </message>
    <message>
        <source>{0}: {1} cannot be {2}.</source>
        <translation>{0}: {1} не может быть {2}.</translation>
    </message>
    <message>
        <source>{0}: {1} is no address of a central office.</source>
        <translation>{0}: {1} — не адрес центрального офиса.</translation>
    </message>
    <message>
        <source>{0}: {1} is no rate of a serial port.</source>
        <translation>{0}: {1} — не скорость последовательного порта.</translation>
    </message>
    <message>
        <source>{0}: {1} is no way to a printer.</source>
        <translation>{0}: {1} — это не адрес принтера.</translation>
    </message>
    <message>
        <source>“{0}” is not the address of a central office.</source>
        <translation>«{0}» — не адрес центрального офиса.</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n points</source>
        <translation>
            <numerusform>%n балл</numerusform>
            <numerusform>%n балла</numerusform>
            <numerusform>%n баллов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points earned</source>
        <translation>
            <numerusform>Начислен %n балл</numerusform>
            <numerusform>Начислено %n балла</numerusform>
            <numerusform>Начислено %n баллов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n points used</source>
        <translation>
            <numerusform>Списан %n балл</numerusform>
            <numerusform>Списано %n балла</numerusform>
            <numerusform>Списано %n баллов</numerusform>
        </translation>
    </message>
    <message>
        <source>A manager decides</source>
        <translation>Решит менеджер</translation>
    </message>
    <message>
        <source>Change from {hints}</source>
        <translation>Сдача с {hints}</translation>
    </message>
    <message>
        <source>Disk is full</source>
        <translation>Диск заполнен</translation>
    </message>
    <message>
        <source>Hold a code or a guest's card in front of the camera.</source>
        <translation>Поднесите к камере код или карту гостя.</translation>
    </message>
    <message>
        <source>If need be the office is asked: that takes less than a second.</source>
        <translation>Если нужно, спрашивается офис: это меньше секунды.</translation>
    </message>
    <message>
        <source>Not done</source>
        <translation>Не сделано</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Секунду…</translation>
    </message>
    <message>
        <source>Or open a picture that shows a code (F3).</source>
        <translation>Или откройте снимок с кодом (F3).</translation>
    </message>
    <message>
        <source>Or type the code below the picture (F2).</source>
        <translation>Или введите код под изображением (F2).</translation>
    </message>
    <message>
        <source>Paid {amount}</source>
        <translation>Оплачено {amount}</translation>
    </message>
    <message>
        <source>Ready to scan</source>
        <translation>Готово к сканированию</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Чек</translation>
    </message>
    <message>
        <source>Receipt {number}, {when}</source>
        <translation>Чек {number}, {when}</translation>
    </message>
    <message>
        <source>Safely recorded on this till.</source>
        <translation>Надёжно записано на этой кассе.</translation>
    </message>
    <message>
        <source>Sale done</source>
        <translation>Продано</translation>
    </message>
    <message>
        <source>Selling is stopped</source>
        <translation>Продажи остановлены</translation>
    </message>
    <message>
        <source>The code is being checked.</source>
        <translation>Код проверяется.</translation>
    </message>
    <message>
        <source>This till has not been filled by the office yet.</source>
        <translation>Офис ещё не заполнил эту кассу.</translation>
    </message>
    <message>
        <source>Uses known to the office: {uses} of {max_uses}, as of {when}</source>
        <translation>Использований по данным офиса: {uses} из {max_uses}, на {when}</translation>
    </message>
    <message>
        <source>VIP: this order goes first.</source>
        <translation>VIP: этот заказ вне очереди.</translation>
    </message>
    <message>
        <source>What this till knows is as of {when}.</source>
        <translation>Данные кассы — по состоянию на {when}.</translation>
    </message>
    <message>
        <source>{discount} off {total}</source>
        <translation>Скидка {discount} от {total}</translation>
    </message>
    <message>
        <source>{given}: {back} back</source>
        <translation>{given}: {back}</translation>
    </message>
    <message>
        <source>{percent} % in points, {tier}</source>
        <translation>{percent} % баллами, {tier}</translation>
    </message>
    <message>
        <source>{percent} % off, {tier}</source>
        <translation>Скидка {percent} %, {tier}</translation>
    </message>
    <message>
        <source>{points} as of {when}</source>
        <translation>{points} на {when}</translation>
    </message>
    <message>
        <source>{spent}, worth {amount}</source>
        <translation>{spent} на {amount}</translation>
    </message>
</context>
<context>
    <name>WaitingSheet</name>
    <message numerus="yes">
        <source>%n receipts are not printed</source>
        <translation>
            <numerusform>Не напечатан %n чек</numerusform>
            <numerusform>Не напечатаны %n чека</numerusform>
            <numerusform>Не напечатаны %n чеков</numerusform>
        </translation>
    </message>
    <message>
        <source>Do not print</source>
        <translation>Не печатать</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Позже</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Печать</translation>
    </message>
    <message>
        <source>Their sales stand. A receipt can also be printed later, from the sales.</source>
        <translation>Продажи состоялись. Чек можно напечатать и позже, из списка продаж.</translation>
    </message>
</context>
</TS>
