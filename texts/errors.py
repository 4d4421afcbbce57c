"""What each `DomainError` says to the reader: what was wrong and what a right value looks like.

Plain text, since it is shown in alerts too. A sentence may name the error's parameters in braces; a code with
a `reason` (or an `of`, saying what was too large) may have a sentence for each.
"""

from collections.abc import Callable
from typing import Any

from domain.errors import DomainError
from domain.money import vnd
from texts.common import short
from texts.filters import day, kind

GENERIC = "Em chưa làm được việc này. Anh/chị thử lại giúp em, hoặc về Menu rồi vào lại nhé."

SENTENCES = {
    # Tax codes
    "tax_code_format.empty": "Em chưa thấy mã số thuế. Mã số thuế có 10, 12 hoặc 13 số, ví dụ 0101243150.",
    "tax_code_format.characters": "“{value}” không phải mã số thuế: mã chỉ gồm số và dấu gạch. Ví dụ 0101243150 hoặc 0101243150-001.",
    "tax_code_format.length": "“{value}” không đủ hoặc thừa số. Doanh nghiệp có 10 số (đơn vị phụ thuộc 13 số), hộ kinh doanh có 12 số.",
    "tax_code_format.branch": "“{value}” có đuôi -000 là không đúng. Đơn vị phụ thuộc có đuôi từ 001 đến 999, ví dụ 0101243150-001.",
    "tax_code_format.serial": "“{value}” không phải mã số thuế có thật. Ví dụ mã đúng: 0101243150.",
    "tax_code_check_digit": "Mã số thuế {value} có số bị gõ sai (số kiểm tra không khớp). Anh/chị so lại với giấy đăng ký kinh doanh giúp em.",
    "number_unclear": "{value} không phải mã số thuế đúng, có vẻ là số điện thoại. Muốn đổi điện thoại của khách, anh/chị trả lời tin của em nói về khách đó.",
    "tax_code_lost_zero": "{value} có vẻ thiếu số 0 ở đầu (Excel hay làm mất). Mã đúng có phải là {suggestion} không ạ?",
    "tax_code_kind": "{value} là số định danh 12 số của hộ kinh doanh. Mã số thuế doanh nghiệp có 10 số, ví dụ 0101243150.",
    "tax_code_taken": "Mã số thuế này đã có trong danh mục: {name}.",
    "tax_id_format": "“{value}” chưa đúng. Anh/chị gõ mã số thuế (10, 12 hoặc 13 số), số định danh (12 số) hoặc mã ngân sách (7 số).",
    "firm_address_missing": "Hóa đơn ghi cho đơn vị cần địa chỉ của đơn vị. Anh/chị về bước kiểm tra, chọn Tiếp tục, em hỏi ngay.",
    "buyer_kind_open": "Có số 12 chữ số trên hóa đơn chưa rõ là mã gì. Anh/chị về bước kiểm tra, chọn Tiếp tục, em hỏi ngay.",
    "firm_exists": "Đơn vị có mã số thuế {tax_code} đã đăng ký. Anh/chị nhờ chủ đơn vị mời: Menu › Nhân viên › Mời nhân viên. Gõ nhầm thì anh/chị gõ lại mã ạ.",
    # Phones and e-mails
    "phone_format": "“{value}” không phải số điện thoại. Số di động có 10 số, ví dụ 0912345678.",
    "phone_not_mobile": "{value} là số cố định hoặc tổng đài, không nhận được tin nhắn. Anh/chị gõ số di động, ví dụ 0912345678.",
    "phone_foreign": "{value} là số nước ngoài. Anh/chị gõ số di động Việt Nam, ví dụ 0912345678.",
    "email_format": "“{value}” không phải địa chỉ email. Email đúng có dạng ten@congty.vn.",
    "phone_several": "Ô điện thoại “{value}” có nhiều số. Anh/chị chọn một số di động của người đại diện giúp em.",
    "email_several": "“{value}” có nhiều email. Anh/chị chọn một email của người đại diện giúp em.",
    "person_with_contact": "“{value}” có cả số điện thoại hoặc email. Anh/chị ghi riêng họ tên giúp em.",
    "email_doubtful": "Email {value} có vẻ gõ nhầm. Ý anh/chị có phải là {suggestion} không ạ?",
    "contact_of_other": "Đây là số của người khác. Anh/chị bấm nút “Gửi số của tôi”, hoặc gõ số của mình, ví dụ 0912345678.",
    # Corrections in a reply
    "correction_unclear": "Em chưa rõ anh/chị muốn sửa mục nào. Ví dụ: email binh@hoasen.vn, hoặc 0912345678, hoặc địa chỉ: 12 Lê Lợi.",
    "correction_several": "Tin này nói về nhiều khách. Anh/chị gõ mã số thuế trước nội dung mới, ví dụ: {tax_code} email binh@hoasen.vn.",
    "correction_outdated": "Mục này đã được sửa lại sau đó, nên em không hoàn tác nữa.",
    # Texts
    "person_name_without_letters": "Tên người phải có chữ. Anh/chị gõ họ tên giúp em nhé.",
    "text_empty": "Em chưa thấy chữ hay số nào. Anh/chị gõ lại giúp em nhé.",
    "text_too_long": "Nội dung dài {length} ký tự, em chỉ ghi được tối đa {limit}. Anh/chị rút gọn giúp em nhé.",
    "kind_unknown": "“{value}” không phải loại khách hàng. Anh/chị ghi Doanh nghiệp hoặc Hộ kinh doanh.",
    # Accounting data
    "regime_unknown": "Em chưa hiểu chế độ kế toán “{value}”. Anh/chị ghi theo thông tư, ví dụ TT133.",
    "vat_method_unknown": "Em chưa hiểu phương pháp tính thuế “{value}”. Ví dụ đúng: Khấu trừ, Trực tiếp trên doanh thu, Không chịu thuế.",
    "first_month_unknown": "Em chưa hiểu tháng bắt đầu năm tài chính “{value}”. Anh/chị ghi số tháng, ví dụ 1 hoặc 4.",
    "data_start_unknown": "Em chưa hiểu ngày “{value}”. Anh/chị ghi ngày/tháng/năm, ví dụ 01/01/2027.",
    "costing_unknown": "Em chưa hiểu cách tính giá xuất kho “{value}”. Ví dụ đúng: Bình quân cuối kỳ, Nhập trước xuất trước.",
    "accounting_first_month_not_offered": "Năm tài chính không bắt đầu được từ tháng {first_month}. Anh/chị chọn một trong các tháng bên dưới.",
    "accounting_regime_not_offered": "Chế độ kế toán này không áp dụng cho năm tài chính đã chọn. Anh/chị chọn một trong các mục bên dưới.",
    "accounting_vat_method_not_offered": "Phương pháp tính thuế GTGT này không áp dụng cho loại khách và năm đã chọn. Anh/chị chọn một trong các mục bên dưới.",
    "accounting_currency_not_offered": "Chưa dùng được đồng tiền {currency}. Anh/chị chọn một trong các mục bên dưới.",
    "accounting_costing_not_offered": "Chưa dùng được cách tính giá xuất kho này. Anh/chị chọn một trong các mục bên dưới.",
    "accounting_data_start_outside": "Ngày bắt đầu dữ liệu phải trong năm tài chính, từ {first} đến {last}. Ví dụ {first}.",
    # People
    "not_registered": "Anh/chị chưa đăng ký. Gõ /start để bắt đầu ạ.",
    "not_allowed": "Việc này chỉ chủ đơn vị làm được. Anh/chị nhờ chủ đơn vị giúp ạ.",
    "not_allowed.keep_customers": "Việc này của kế toán dịch vụ. Anh/chị là nhân viên nhà cung cấp, gõ /start để xem các việc của mình ạ.",
    "not_allowed.place_orders": "Việc này của kế toán dịch vụ. Anh/chị là nhân viên nhà cung cấp, gõ /start để xem các việc của mình ạ.",
    "not_allowed.run_back_office": "Việc này chỉ nhân viên nhà cung cấp làm được ạ.",
    "invitation_unknown": "Lời mời này không đúng hoặc đã bị thay. Anh/chị nhờ chủ đơn vị gửi lại lời mời mới ạ.",
    "invitation_used": "Lời mời này đã có người dùng. Anh/chị nhờ chủ đơn vị gửi lời mời mới ạ.",
    "invitation_expired": "Lời mời này đã quá hạn. Anh/chị nhờ chủ đơn vị gửi lời mời mới ạ.",
    "firm_waiting": "Đơn vị của anh/chị đang chờ nhà cung cấp duyệt. Anh/chị vẫn khai khách hàng và làm đơn nháp được; được duyệt, em nhắn ngay để anh/chị đặt hàng.",
    "firm_refused": "Đơn vị của anh/chị chưa được duyệt: {reason}. Anh/chị liên hệ nhân viên hỗ trợ (xem /trogiup) để được xem lại ạ.",
    "invitation_gone": "Lời mời này không còn chờ: đã có người dùng, đã thu hồi hoặc đã quá hạn.",
    "staff_unknown": "Người này không còn trong danh sách nhân viên của đơn vị.",
    # Chats of one person
    "link_code_unknown": "Mã nối chat này không đúng, hoặc đã có mã mới hơn. Anh/chị xem lại mã giúp em ạ.",
    "link_code_expired": "Mã nối chat này đã dùng hoặc đã quá 10 phút. Anh/chị tạo mã mới giúp em ạ.",
    "link_same_chat": "Chat này đã là của anh/chị rồi. Anh/chị gửi mã từ ứng dụng còn lại giúp em ạ.",
    "link_has_channel": "Tài khoản này đang dùng chat khác của cùng ứng dụng. Mã này dùng để nối ứng dụng còn lại ạ.",
    "chat_of_other": "Chat này đang thuộc một tài khoản khác nên em không nối được. Anh/chị gửi mã từ chat khác ạ.",
    "chat_unknown": "Anh/chị chưa nối chat ở ứng dụng này, hoặc vừa bỏ nối.",
    "chat_speaking": "Anh/chị đang ở chính chat này. Muốn bỏ nối, anh/chị làm từ ứng dụng còn lại ạ.",
    "chat_last": "Đây là chat duy nhất của anh/chị nên em không bỏ nối được ạ.",
    # Notices
    "notice_unknown": "Em không tìm thấy tin này trong danh sách thông báo.",
    "topic_always": "Tin về tiền và kích hoạt luôn được gửi ngay, không tắt hay gộp được ạ.",
    "quiet_hours_format": "“{value}” chưa đúng. Anh/chị gõ giờ bắt đầu và giờ kết thúc (giờ chẵn), ví dụ 22-7.",
    # Customers and orders
    "customer_unknown": "Em không tìm thấy khách hàng này trong danh mục của đơn vị.",
    "customer_merged": "Khách này đã gộp vào khách khác. Anh/chị chọn khách còn lại trong danh mục ạ.",
    "merge_impossible": "Em chỉ gộp được hai khách khác nhau, cả hai đang có trong danh mục.",
    "field_needed": "Mục này không để trống được. Anh/chị gõ nội dung mới ạ.",
    "label_unknown": "Nhãn này không còn. Anh/chị chọn nhãn khác ạ.",
    "label_taken": "Đã có nhãn “{name}”. Anh/chị gõ tên khác ạ.",
    "label_several": "Một nhãn chỉ có một tên, không có dấu phẩy. Anh/chị gõ lại ạ.",
    "order_not_cancellable": "Đơn này đã có tiền về nên em không hủy được. Anh/chị báo nhân viên hỗ trợ giúp em ạ.",
    "already_ordered": "{name} đã có trong đơn {order_code}, {who} đặt. Anh/chị chọn “Khách đã có đơn” để bỏ khỏi đơn này ạ.",
    "nobody_to_repeat": "Không còn khách nào để đặt: khách của đơn này đã ngừng theo dõi, đã đổi loại hoặc đã có năm đó.",
    "draft_open": "Anh/chị đang có đơn làm dở. Anh/chị chọn giữ đơn đó hay thay bằng đơn mới ạ.",
    "nobody_in_list": "Danh sách chưa có khách nào đặt được. Anh/chị bổ sung thông tin còn thiếu, hoặc lấy cả khách còn thiếu ạ.",
    "wish_year": "Năm tài chính {year} chưa mua được. Các năm mua được: {offered}.",
    "wish_package": "Không có gói “{value}”. Các gói đang bán: {offered}.",
    "wish_package_kind": "Gói {name} dành cho {package_kind}, mà danh sách không có khách nào loại đó. Các gói cho loại còn lại: {offered}.",
    "order_unknown": "Em không tìm thấy đơn hàng này.",
    "order_is_cancelled": "Đơn này đã hủy, không kích hoạt được nữa ạ.",
    "run_unknown": "Em không tìm thấy lần kích hoạt này.",
    "run_begun": "Lần kích hoạt này đã bắt đầu rồi ạ.",
    "licence_unknown": "Em không tìm thấy phần mềm của khách này trong đơn.",
    "licence_not_mendable": "Khách này đã hoặc đang được kích hoạt, chưa sửa được lúc này ạ.",
    "nothing_to_activate": "Không còn khách nào để kích hoạt: các khách đã chọn đang hoặc đã được kích hoạt rồi ạ.",
    "payment_unknown": "Em không tìm thấy khoản thanh toán này.",
    "payment_cancelled": "Đơn này đã hủy, không cần thanh toán nữa ạ.",
    "choice_spent": "Số tiền đã chia hết cho các khách đã chọn. Anh/chị bỏ chọn khách khác trước ạ.",
    "choice_made": "Khoản tiền này đã được chia cho khách rồi ạ.",
    "payment_settled": "Khoản này đã trả đủ rồi ạ.",
    "amount_not_positive": "Số tiền phải lớn hơn 0, ví dụ 1500000.",
    "reference_known": "Mã giao dịch {reference} đã được ghi nhận trước đó. Anh/chị kiểm tra lại mã giúp em.",
    "claim_unknown": "Em không tìm thấy khoản báo chuyển này.",
    "claim_settled": "Khoản báo chuyển này đã có người xử lý rồi ạ.",
    "order_mixes_kinds": "Gói đang chọn dành cho {package_kind}. Một đơn không gộp doanh nghiệp với hộ kinh doanh: khách này anh/chị đặt ở đơn khác ạ.",
    "package_of_other_kind": "Đơn đang có {count} khách là {kind}, gói này dành cho loại khác. Một đơn không gộp hai loại.",
    "package_unknown": "Gói này không còn bán. Anh/chị chọn gói khác ạ.",
    "fiscal_year_not_offered": "Năm tài chính {year} chưa mua được. Anh/chị chọn một trong các năm bên dưới.",
    "nothing_to_repeat": "Chưa dùng lại được lựa chọn của đơn trước. Anh/chị chọn từng bước ạ.",
    "draft_gone": "Đơn nháp này không còn: đã đặt, đã bỏ hoặc quá 30 ngày. Anh/chị chọn Mua hàng loạt để làm đơn mới.",
    "draft_unanswered": "Đơn còn thiếu một bước: {step}. Anh/chị chọn bước đó trước ạ.",
    "draft_empty": "Đơn chưa có khách nào. Anh/chị chọn ít nhất một khách ạ.",
    "draft_incomplete": "Còn {count} khách thiếu thông tin. Anh/chị chọn khách có dấu ⚠️ để bổ sung.",
    "draft_not_confirmed": "Anh/chị kiểm tra lại, rồi chọn “Tích xác nhận” trước ạ.",
    "choice_gone": "Lựa chọn này không còn. Anh/chị chọn lại trong danh sách mới ạ.",
    "line_gone": "Khách này không còn trong đơn.",
    "recipient_unknown": "Người nhận này không còn trong đơn. Anh/chị khai lại người nhận ạ.",
    "total_changed": "Tổng tiền vừa đổi từ {shown} thành {total}. Anh/chị xem lại rồi đặt hàng lần nữa ạ.",
    # Back office
    "firm_unknown": "Đơn vị này không còn trong danh sách chờ duyệt.",
    "firm_decided": "Đơn vị này đã được duyệt rồi ạ.",
    "transfer_unknown": "Em không tìm thấy khoản chuyển này.",
    "transfer_outgoing": "Khoản này là tiền chuyển đi, chỉ có thể bỏ qua.",
    "transfer_settled": "Khoản chuyển này đã có người xử lý rồi ạ.",
    "sought_empty": "Anh/chị gõ mã đơn, mã số thuế, số điện thoại, tên, số tiền hoặc mã giao dịch ngân hàng.",
    "nothing_found": "Em không thấy gì khớp. Anh/chị thử mã đơn, mã số thuế, số điện thoại, một phần tên, số tiền hoặc mã giao dịch ngân hàng.",
    "code_missing": "Em chưa thấy mã đúng nào. Anh/chị gõ một mã đơn hoặc một nội dung chuyển khoản, 9 ký tự, bắt đầu bằng KT.",
    "code_unknown": "Không có đơn hay khoản thanh toán nào mang mã {value}. Anh/chị kiểm tra lại mã giúp em.",
    "which_request": "Số tiền này không đủ cho cả đơn. Anh/chị chọn khách, hoặc gõ nội dung chuyển khoản của đúng khách.",
    "several_payments": "Đơn này có nhiều khoản thanh toán. Anh/chị gõ nội dung chuyển khoản của đúng khoản cần ghi.",
    "amount_format": "“{value}” không phải số tiền. Anh/chị gõ số đồng, ví dụ 1500000 hoặc 1.500.000.",
    "licence_not_failed": "Phần mềm này không còn ở trạng thái lỗi, không cần thử lại.",
    "licence_not_by_hand": "Việc này không còn chờ làm tay: đã có người làm, hoặc đơn vừa hủy. Nếu đã lỡ tạo phần mềm cho đơn hủy, anh/chị tạm dừng phần mềm đó giúp em ạ.",
    "package_code_format": "“{value}” không dùng làm mã gói được. Mã gồm 2 đến 30 chữ không dấu, số hoặc gạch dưới, ví dụ STARTER.",
    "package_repeated": "Mã gói này đã có ở dòng {row}. Mỗi gói chỉ ghi một dòng.",
    "vat_rate_format": "“{value}” không phải thuế suất. Anh/chị ghi số phần trăm (ví dụ 8), hoặc KCT nếu không chịu thuế.",
    "price_list_headings": "Tệp thiếu cột: {missing}. Anh/chị chọn “Tải bảng giá” để lấy tệp có đủ cột rồi sửa trên đó ạ.",
    "price_list_empty": "Tệp chưa có gói nào. Mỗi gói ghi một dòng, bên dưới hàng tên cột ạ.",
    "price_list_bad": "Tệp còn {count} dòng cần sửa. Bảng giá phải đúng hết mới thay được ạ.",
    "price_list_changed": "Bảng giá vừa được người khác thay. Anh/chị gửi lại tệp để em so lại ạ.",
    "days_format": "“{value}” chưa đúng. Anh/chị gõ một ngày hoặc ngày đầu và ngày cuối, ví dụ 01/06/2026 - 30/06/2026.",
    "nothing_owed": "Chưa có đơn nào phải trả tiền nên chưa có công nợ ạ.",
    "days_reversed": "Ngày đầu phải trước ngày cuối. Ví dụ 01/06/2026 - 30/06/2026.",
    "days_too_many": "Mỗi lần xuất được tối đa {limit} ngày. Anh/chị chọn khoảng ngắn hơn ạ.",
    # Tax invoices
    "invoice_numbers_headings": "Tệp thiếu cột: {missing}. Anh/chị chọn “Tải hàng chờ” để lấy tệp có đủ cột rồi điền trên đó ạ.",
    "invoice_search_empty": "Anh/chị gõ số hóa đơn, mã số thuế, mã đơn hoặc một phần tên người mua.",
    "invoice_same": "Thông tin mới giống hệt thông tin trên hóa đơn. Anh/chị xem lại chỗ sai giúp em.",
    "invoice_replaced_already": "Hóa đơn này đã có hóa đơn thay thế với thông tin khác. Anh/chị mở hóa đơn thay thế đó để sửa tiếp.",
    "buyer_kind": "Mã số {value} không hợp với loại người mua đã chọn. Anh/chị chọn lại giúp em.",
    "agreement_missing": "Thiếu văn bản thỏa thuận với người mua. Anh/chị gửi tệp hoặc ảnh văn bản đó giúp em.",
    "agreement_day": "Ngày “{value}” chưa đúng: một ngày, không sau hôm nay, ví dụ 30/11/2026.",
    "invoice_sum_wrong": "Số tiền đúng của một dòng từ 0 đến 100.000.000.000 ₫. Anh/chị gõ lại giúp em.",
    "invoice_no_adjustment": "Chỉ hóa đơn điều chỉnh mới cần ghi thỏa thuận ở đây.",
    "correction_unknown": "Em không tìm thấy lần sửa sai sót này.",
    "invoice_not_correctable": "Hóa đơn này chưa xuất xong hoặc đã được thay thế, nên không sửa sai sót ở đây được.",
    "invoice_adjusted": "Hóa đơn này đã có hóa đơn điều chỉnh, nên lần sửa sau cũng phải bằng hóa đơn điều chỉnh, không thay thế được.",
    "invoice_unknown": "Em không tìm thấy hóa đơn này.",
    "invoice_not_refused": "Hóa đơn này không còn chờ sửa: đang được xuất hoặc đã xuất rồi ạ.",
    "invoice_not_issued": "Hóa đơn này chưa xuất xong nên em chưa gửi được ạ.",
    "invoice_no_email": "Hóa đơn này không có email người nhận nên em chưa gửi được ạ.",
    "invoice_no_files": "Hóa đơn này chưa có tệp để tải ạ.",
    "invoice_file_unnamed.pdf": "Tên tệp chưa cho biết là hóa đơn nào. Anh/chị đặt tên có ký hiệu và số, ví dụ C26TAA-123.pdf, hoặc trùng tên với tệp XML.",
    "invoice_file_unnamed": "Em không đọc được ký hiệu và số hóa đơn trong tệp XML này. Anh/chị tải lại tệp XML ở phần mềm hóa đơn.",
    "invoice_file_unknown": "Chưa có hóa đơn số {number} ký hiệu {series} ở đây. Anh/chị gửi tệp Excel có số trước, rồi gửi lại tệp này.",
    "invoice_file_not_by_hand": "Hóa đơn số {number} do nhà cung cấp xuất, tệp tự về, anh/chị không cần gửi.",
    "invoice_file_repeated": "Trùng với tệp {name} của cùng hóa đơn.",
    "invoice_file_beside_wrong": "Tệp XML của hóa đơn này chưa đúng, nên em chưa nhận tệp PDF.",
    "invoice_file_total": "Tổng trên XML là {given}, tổng của chứng từ là {total}. Anh/chị kiểm tra lại hóa đơn.",
    "invoice_file_buyer": "Mã số người mua trên XML là “{value}”, của chứng từ là {tax_id}. Anh/chị kiểm tra lại hóa đơn.",
    "invoice_file_other": "Hóa đơn này đã có tệp XML khác. Anh/chị kiểm tra xem tệp nào đúng.",
    "invoice_key_missing": "Dòng này không có mã chứng từ. Anh/chị giữ nguyên cột mã chứng từ trong tệp em đưa.",
    "invoice_key_unknown": "Không có chứng từ nào mang mã {value}. Anh/chị giữ nguyên mã trong tệp em đưa.",
    "invoice_cell.form": "Mẫu số “{value}” chưa đúng, ví dụ 1.",
    "invoice_cell.series": "Ký hiệu “{value}” chưa đúng. Ký hiệu có 6 ký tự, ví dụ C26TAA.",
    "invoice_cell.number": "Số hóa đơn “{value}” chưa đúng: tối đa 8 chữ số, ví dụ 123.",
    "invoice_cell.date": "Ngày “{value}” chưa đúng, ví dụ 30/11/2026.",
    "invoice_cell.total": "Tổng tiền “{value}” chưa đúng, ví dụ 1500000.",
    "invoice_cell": "“{value}” dài quá 100 ký tự. Anh/chị xem lại giúp em.",
    "invoice_series_year": "Ký hiệu {series} không phải của năm trong ngày {day}.",
    "invoice_row_differs": "Dòng này cùng mã chứng từ với dòng {row} nhưng số hóa đơn khác.",
    "invoice_number_repeated": "Số hóa đơn này đã có ở dòng {row} cho chứng từ khác.",
    "invoice_number_taken": "Số {number} ký hiệu {series} đã ghi cho chứng từ khác.",
    "invoice_numbered": "Chứng từ này đã có số {number} ký hiệu {series}.",
    "invoice_not_taken": "Chứng từ này không nằm trong tệp đã lấy để xuất tay.",
    "invoice_total": "Tổng trong tệp là {given}, tổng của chứng từ là {total}. Anh/chị kiểm tra lại.",
    "invoice_date_order": "Ngày không theo thứ tự số: số {number} cùng ký hiệu có ngày {day}.",
    "invoice_numbers_changed": "Dữ liệu vừa thay đổi. Anh/chị gửi lại tệp để em so lại ạ.",
    # Lists of customers
    "intake_unknown": "Em không tìm thấy danh sách này: đã quá lâu nên em không giữ nữa. Anh/chị gửi lại giúp em ạ.",
    "intake_reading": "Em đang đọc danh sách này. Anh/chị chờ em một chút, hoặc chọn “Dừng lại” ạ.",
    "entry_unknown": "Em không tìm thấy khách này trong danh sách. Danh sách vừa được đọc lại, anh/chị mở lại giúp em ạ.",
    "entry_taken": "Khách này đã vào danh mục rồi. Anh/chị sửa trong hồ sơ khách hàng ạ.",
    "text_no_customers": "Em chưa thấy mã số thuế nào trong tin nhắn. Mỗi khách một dòng, ví dụ: 0101243150; Công ty TNHH An Phát; 0912345678.",
    "assignee_unknown": "Đơn vị không có nhân viên tên “{value}”. Anh/chị ghi đúng tên hoặc email của nhân viên ạ.",
    "list_not_read": "Em chưa đọc được tệp này. Anh/chị chọn “Đọc lại”; nếu vẫn không được, anh/chị lưu tệp dạng .xlsx rồi gửi lại giúp em ạ.",
    "nothing_to_fix": "Danh sách này không còn dòng nào cần sửa ạ.",
    # Files
    "file_not_fetched": "Em chưa tải được tệp về. Anh/chị gửi lại tệp giúp em ạ.",
    "workbook_empty": "Tệp này trống. Anh/chị mở tệp xem lại, lưu rồi gửi lại giúp em ạ.",
    "workbook_format": "Em chưa đọc được loại tệp này. Em đọc Excel (.xlsx, .xls), .ods và .csv. Anh/chị lưu danh sách thành .xlsx rồi gửi lại ạ.",
    "workbook_format.pdf": "Đây là tệp PDF, em chưa đọc được bảng trong đó. Anh/chị gửi tệp Excel gốc, hoặc dán danh sách vào tin nhắn ạ.",
    "workbook_format.picture": "Đây là ảnh, em chưa đọc được chữ trong ảnh. Anh/chị gửi tệp Excel, hoặc gõ danh sách vào tin nhắn ạ.",
    "workbook_format.word": "Đây là tệp Word hoặc trình chiếu. Anh/chị chép bảng sang Excel rồi gửi, hoặc dán thẳng vào tin nhắn ạ.",
    "workbook_format.archive": "Đây là tệp nén (zip, rar, 7z). Anh/chị giải nén rồi gửi riêng tệp Excel bên trong ạ.",
    "workbook_format.numbers": "Đây là tệp Numbers của máy Mac. Anh/chị chọn Tệp › Xuất sang › Excel rồi gửi lại tệp .xlsx ạ.",
    "workbook_format.html": "Tệp này là trang web lưu dưới tên Excel. Anh/chị mở bằng Excel, chọn Lưu thành › Excel Workbook (.xlsx) rồi gửi lại ạ.",
    "workbook_format.xml": "Tệp này là bảng tính lưu kiểu XML. Anh/chị mở bằng Excel, chọn Lưu thành › Excel Workbook (.xlsx) rồi gửi lại ạ.",
    "workbook_password": "Tệp có mật khẩu nên em không mở được. Anh/chị bỏ mật khẩu (Excel: Tệp › Thông tin › Bảo vệ) rồi gửi lại ạ.",
    "workbook_too_large.file": "Tệp quá lớn, em chỉ nhận đến {limit} MB. Anh/chị giữ lại trang danh sách khách hàng, bỏ ảnh, rồi gửi lại ạ.",
    "workbook_too_large": "Tệp chứa quá nhiều nội dung. Anh/chị chép riêng danh sách khách hàng sang tệp mới rồi gửi lại ạ.",
    "workbook_broken": "Tệp bị hỏng nên em không mở được. Anh/chị mở bằng Excel, lưu lại dạng .xlsx rồi gửi ạ.",
    "workbook_no_list": "Em không thấy cột mã số thuế nào trong tệp (trang tính bị ẩn em không đọc). Anh/chị ghi “Mã số thuế” trên đầu cột đó rồi gửi lại ạ.",
    "workbook_no_rows": "Tệp có tên các cột nhưng chưa có khách nào bên dưới. Anh/chị điền danh sách rồi gửi lại ạ.",
    "workbook_rows": "Tệp có quá nhiều dòng. Mỗi tệp tối đa {limit} khách, anh/chị tách thành nhiều tệp ạ.",
}

STEP_WORDS = {
    "package": "chọn gói",
    "fiscal_year": "chọn năm tài chính",
    "recipient": "chọn đối tượng nhận",
    "customers": "chọn khách hàng",
    "accounting": "khai dữ liệu kế toán",
    "review": "kiểm tra đơn",
}

_SHOWN: dict[str, Callable[[Any], str]] = {
    "shown": vnd,
    "given": vnd,
    "day": day,
    "total": vnd,
    "kind": lambda value: kind(value).lower(),
    "package_kind": lambda value: kind(value).lower(),
    "step": lambda value: STEP_WORDS[str(value)],
    "first": day,
    "last": day,
    "missing": lambda value: value if isinstance(value, str) else ", ".join(map(str, value)),
    "offered": lambda value: ", ".join(map(str, value)),
    "limit": lambda value: f"{value:,}".replace(",", "."),
}

_VALUE_LIMIT = 80
"""A value is repeated to the reader to be recognised, not to fill the alert."""


def sentence_of(error: DomainError) -> str | None:
    """The sentence before its parameters are filled in."""
    reason = error.params.get("reason") or error.params.get("of")
    return SENTENCES.get(f"{error.code}.{reason}") or SENTENCES.get(error.code)


def say(error: DomainError) -> str:
    """The error in Vietnamese, as plain text."""
    sentence = sentence_of(error)
    if sentence is None:
        return GENERIC
    shown = {name: short(_SHOWN.get(name, str)(value), _VALUE_LIMIT) for name, value in error.params.items()}
    return sentence.format_map(shown)
