// The chat apps: what each is called, and how its chats differ on the page.

/** `mark` stands for the app where there is little room. `starts`: a chat begins with a button of its own;
    elsewhere one simply writes. */
export const CHANNELS = {
  telegram: {
    name: "Telegram",
    mark: "T",
    starts: true,
    title: "Bot này làm được gì?",
    empty: "Chưa có tin nhắn nào. Bấm Bắt đầu để trò chuyện với bot.",
  },
  zalo: {
    name: "Zalo",
    mark: "Z",
    starts: false,
    title: "Trò chuyện với bot trên Zalo",
    empty: "Chưa có tin nhắn nào. Bạn nhắn một tin bất kỳ để bắt đầu: trên Zalo, bot không được nhắn trước.",
  },
};

export const NAMES = Object.keys(CHANNELS);

const kept = localStorage.getItem("channel");

/** The app that is shown first: the one shown last. */
export const first = kept in CHANNELS ? kept : "telegram";

export const remember = (channel) => localStorage.setItem("channel", channel);

/** Show which app is chosen, by its colours too; `unread` counts the news of each. */
export function showSwitch(chosen, unread) {
  document.getElementById("app").dataset.channel = chosen;
  for (const button of document.querySelectorAll("#switch button")) {
    const count = unread[button.dataset.channel];
    button.setAttribute("aria-pressed", button.dataset.channel === chosen);
    const badge = button.querySelector(".badge");
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : count;
    badge.setAttribute("aria-label", `${count} tin chưa đọc`);
  }
}
